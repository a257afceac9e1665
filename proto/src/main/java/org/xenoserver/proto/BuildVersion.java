package org.xenoserver.proto;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version all modules of this build share. */
public final class BuildVersion {
  /** For example {@code 0.1.0-SNAPSHOT}. */
  public static final String CURRENT = read();

  private BuildVersion() {}

  private static String read() {
    Properties properties = new Properties();
    try (InputStream in = BuildVersion.class.getResourceAsStream("build.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "unknown");
  }
}
