package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A condition on labels: all of its terms hold. As text, terms are separated by commas: {@code
 * disk=ssd}, {@code zone=a|b}, {@code zone!=a|b}, {@code gpu} (present), {@code !gpu} (absent).
 * {@code !=} holds where the label is absent too.
 */
public final class Selector {
  /** Matches everything. */
  public static final Selector ANY = new Selector(List.of());

  private final List<Term> terms;
  private final int hash;

  /** One condition on one label. */
  public sealed interface Term {
    String key();

    boolean matches(@Nullable String value);

    /** Present with one of the values. */
    record In(String key, List<String> values) implements Term {
      public In {
        values = values.stream().sorted().distinct().toList();
      }

      @Override
      public boolean matches(@Nullable String value) {
        return value != null && values.contains(value);
      }

      @Override
      public String toString() {
        return key + "=" + String.join("|", values);
      }
    }

    /** Absent, or present with another value. */
    record NotIn(String key, List<String> values) implements Term {
      public NotIn {
        values = values.stream().sorted().distinct().toList();
      }

      @Override
      public boolean matches(@Nullable String value) {
        return value == null || !values.contains(value);
      }

      @Override
      public String toString() {
        return key + "!=" + String.join("|", values);
      }
    }

    /** Present. */
    record Exists(String key) implements Term {
      @Override
      public boolean matches(@Nullable String value) {
        return value != null;
      }

      @Override
      public String toString() {
        return key;
      }
    }

    /** Absent. */
    record Absent(String key) implements Term {
      @Override
      public boolean matches(@Nullable String value) {
        return value == null;
      }

      @Override
      public String toString() {
        return "!" + key;
      }
    }
  }

  private Selector(List<Term> terms) {
    this.terms = terms;
    this.hash = terms.hashCode();
  }

  public static Selector of(List<Term> terms) {
    return terms.isEmpty() ? ANY : new Selector(List.copyOf(terms));
  }

  /** Matches what has the label with this value. */
  public static Selector label(String key, String value) {
    return new Selector(List.of(new Term.In(key, List.of(value))));
  }

  /**
   * Reads the text form; the empty text matches everything.
   *
   * @throws IllegalArgumentException with a sentence that names the term
   */
  public static Selector parse(String text) {
    List<Term> terms = new ArrayList<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      terms.add(term(part.strip(), text));
    }
    return of(terms);
  }

  private static Term term(String part, String text) {
    int equals = part.indexOf('=');
    boolean not = equals > 0 && part.charAt(equals - 1) == '!';
    String key = equals < 0 ? part : part.substring(0, not ? equals - 1 : equals);
    boolean absent = equals < 0 && key.startsWith("!");
    key = (absent ? key.substring(1) : key).strip();
    if (key.isEmpty() || key.contains("!") || key.contains("|")) {
      throw new IllegalArgumentException(
          "the selector '%s' has the term '%s'; allowed are key=value, key=a|b, key!=value, key and !key"
              .formatted(text, part));
    }
    if (equals < 0) {
      return absent ? new Term.Absent(key) : new Term.Exists(key);
    }
    List<String> values = List.of(part.substring(equals + 1).strip().split("\\|", -1));
    return not ? new Term.NotIn(key, values) : new Term.In(key, values);
  }

  public List<Term> terms() {
    return terms;
  }

  public boolean matches(Map<String, String> labels) {
    for (int i = 0; i < terms.size(); i++) {
      Term term = terms.get(i);
      if (!term.matches(labels.get(term.key()))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof Selector selector
            && hash == selector.hash
            && terms.equals(selector.terms);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** The text form, which {@link #parse} reads. */
  @Override
  public String toString() {
    return terms.stream().map(Term::toString).collect(Collectors.joining(","));
  }
}
