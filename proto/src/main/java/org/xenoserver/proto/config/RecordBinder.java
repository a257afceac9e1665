package org.xenoserver.proto.config;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Binds YAML nodes to records, refusing whatever the record does not ask for. */
final class RecordBinder {
  private final String file;

  RecordBinder(String file) {
    this.file = file;
  }

  <T> T bind(YamlNode.Mapping mapping, Class<T> type) throws ConfigException {
    RecordComponent[] components = type.getRecordComponents();
    refuseUnknownKeys(mapping, components);
    @Nullable Object[] arguments = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      arguments[i] = argument(mapping, components[i]);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException rule) {
        throw error(blamed(mapping, rule), String.valueOf(rule.getMessage()));
      }
      throw new IllegalStateException("cannot make a " + type.getName(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + type.getName(), e);
    }
  }

  private void refuseUnknownKeys(YamlNode.Mapping mapping, RecordComponent[] components)
      throws ConfigException {
    List<String> allowed = Arrays.stream(components).map(RecordComponent::getName).toList();
    for (Map.Entry<String, YamlNode.Entry> entry : mapping.entries().entrySet()) {
      if (!allowed.contains(entry.getKey())) {
        throw error(
            entry.getValue().key(),
            "unknown key '" + entry.getKey() + "'; allowed keys are " + String.join(", ", allowed));
      }
    }
  }

  private @Nullable Object argument(YamlNode.Mapping mapping, RecordComponent component)
      throws ConfigException {
    String key = component.getName();
    AnnotatedType type = component.getAnnotatedType();
    YamlNode.Entry entry = mapping.entries().get(key);
    if (entry != null && !(entry.value() instanceof YamlNode.Empty)) {
      return value(key, entry.value(), component.getGenericType());
    }
    Default standard = component.getAnnotation(Default.class);
    if (standard != null) {
      YamlNode.Scalar scalar = new YamlNode.Scalar(mapping.position(), standard.value());
      return value(key, scalar, component.getGenericType());
    }
    if (type.isAnnotationPresent(Nullable.class)) {
      return null;
    }
    if (entry != null) {
      throw error(
          entry.key(), "key '" + key + "' has no value; it must be " + form(component.getType()));
    }
    if (component.getType() == List.class) {
      return List.of();
    }
    throw error(
        mapping.position(), "missing key '" + key + "'; it must be " + form(component.getType()));
  }

  private Object value(String key, YamlNode node, Type type) throws ConfigException {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      if (!(node instanceof YamlNode.Sequence sequence)) {
        throw wrong(key, node, "a list");
      }
      List<Object> items = new ArrayList<>();
      for (YamlNode item : sequence.items()) {
        items.add(value(key, item, list.getActualTypeArguments()[0]));
      }
      return List.copyOf(items);
    }
    if (!(type instanceof Class<?> plain)) {
      throw new IllegalStateException("no binding for " + type);
    }
    if (plain.isRecord() && plain != Endpoint.class && plain != DataSize.class) {
      if (!(node instanceof YamlNode.Mapping nested)) {
        throw wrong(key, node, form(plain));
      }
      return bind(nested, plain);
    }
    if (!(node instanceof YamlNode.Scalar scalar)) {
      throw wrong(key, node, form(plain));
    }
    try {
      return scalar(scalar.text(), plain);
    } catch (NumberFormatException | NotAllowed e) {
      throw wrong(key, node, form(plain));
    } catch (IllegalArgumentException e) {
      throw error(node.position(), "key '" + key + "': " + e.getMessage());
    }
  }

  private static Object scalar(String text, Class<?> type) {
    if (type == String.class) {
      return text;
    } else if (type == int.class || type == Integer.class) {
      return Integer.valueOf(text);
    } else if (type == long.class || type == Long.class) {
      return Long.valueOf(text);
    } else if (type == boolean.class || type == Boolean.class) {
      return switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new NotAllowed();
      };
    } else if (type == Duration.class) {
      return Durations.parse(text);
    } else if (type == DataSize.class) {
      return DataSize.parse(text);
    } else if (type == Endpoint.class) {
      return Endpoint.parse(text);
    } else if (type == Path.class) {
      try {
        return Path.of(text);
      } catch (InvalidPathException e) {
        throw new NotAllowed();
      }
    } else if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (text.equals(written(constant))) {
          return constant;
        }
      }
      throw new NotAllowed();
    }
    throw new IllegalStateException("no binding for " + type);
  }

  private static String written(Object constant) {
    return constant.toString().toLowerCase(Locale.ROOT);
  }

  private static String form(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return "a whole number from -2147483648 to 2147483647";
    } else if (type == long.class || type == Long.class) {
      return "a whole number";
    } else if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    } else if (type == Duration.class) {
      return "a duration such as 500ms or 2s";
    } else if (type == DataSize.class) {
      return "a size such as 512M or 4G";
    } else if (type == Endpoint.class) {
      return "an address host:port";
    } else if (type == Path.class) {
      return "a path";
    } else if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(RecordBinder::written)
          .collect(Collectors.joining(", ", "one of ", ""));
    } else if (type.isRecord()) {
      return Arrays.stream(type.getRecordComponents())
          .map(RecordComponent::getName)
          .collect(Collectors.joining(", ", "a mapping with the keys ", ""));
    } else if (type == List.class) {
      return "a list";
    }
    return "a text";
  }

  private ConfigException wrong(String key, YamlNode node, String form) {
    return error(
        node.position(), "key '" + key + "' is " + node.describe() + "; it must be " + form);
  }

  /** A record's own rule begins its sentence with the key at fault. */
  private static YamlNode.Position blamed(YamlNode.Mapping mapping, IllegalArgumentException rule) {
    String message = String.valueOf(rule.getMessage());
    YamlNode.Entry entry = mapping.entries().get(message.split("\\W", 2)[0]);
    return entry == null ? mapping.position() : entry.value().position();
  }

  private ConfigException error(YamlNode.Position at, String what) {
    return new ConfigException(file + ":" + at.line() + ":" + at.column() + ": " + what);
  }

  /** The text is none of the values the type has. */
  private static final class NotAllowed extends IllegalArgumentException {
    private static final long serialVersionUID = 1;
  }
}
