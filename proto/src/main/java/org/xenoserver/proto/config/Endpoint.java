package org.xenoserver.proto.config;

import java.util.Arrays;
import java.util.List;

/**
 * A TCP address as {@code host:port}; an IPv6 address is written in brackets.
 *
 * @param host a name or an address, without brackets; empty never
 * @param port 0 to 65535; 0 lets the system choose when listening
 */
public record Endpoint(String host, int port) {
  /** Checks the ranges. */
  public Endpoint {
    if (host.isBlank() || host.indexOf('/') >= 0 || port < 0 || port > 65_535) {
      throw new IllegalArgumentException(notAnEndpoint(host + ":" + port));
    }
  }

  /**
   * Reads {@code host:port} or {@code [address]:port}.
   *
   * @throws IllegalArgumentException with a sentence if it is neither
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(notAnEndpoint(text));
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(notAnEndpoint(text));
    }
    try {
      return new Endpoint(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(notAnEndpoint(text), e);
    }
  }

  /**
   * Reads endpoints separated by commas.
   *
   * @param field what they are configured as
   * @throws IllegalArgumentException with a sentence that names the field if one of them is none
   */
  public static List<Endpoint> parseList(String field, String text) {
    try {
      return Arrays.stream(text.split(",", -1)).map(String::strip).map(Endpoint::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
    }
  }

  /** The same host with another port. */
  public Endpoint withPort(int newPort) {
    return new Endpoint(host, newPort);
  }

  private static String notAnEndpoint(String text) {
    return "'" + text + "' is not an address; it must be host:port with a port of 0 to 65535";
  }

  /** The form {@link #parse} reads. */
  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
