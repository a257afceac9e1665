package org.xenoserver.hostagent.domains;

import java.util.regex.Pattern;

/** The rule that names of domains, hosts and images follow. */
public final class Names {
  /** The rule in words. */
  public static final String RULE = "1 to 63 of [a-zA-Z0-9._-], beginning with a letter or digit";

  private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}");

  private Names() {}

  /** Whether a text is a name. */
  public static boolean isName(String text) {
    return FORM.matcher(text).matches();
  }
}
