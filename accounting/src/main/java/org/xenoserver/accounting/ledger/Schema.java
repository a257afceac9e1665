package org.xenoserver.accounting.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The ledger's tables: numbered scripts, of which a file remembers how many it has seen. */
final class Schema {
  private static final List<String> SCRIPTS = List.of("001-boots.sql");

  private Schema() {}

  /** Brings a file to the newest tables, each script in a transaction of its own. */
  static void upgrade(Connection connection) throws SQLException, LedgerException {
    try (Statement statement = connection.createStatement()) {
      int seen;
      try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
        seen = row.getInt(1);
      }
      if (seen > SCRIPTS.size()) {
        throw new LedgerException(
            "it has version " + seen + " and this release knows " + SCRIPTS.size());
      }
      for (int number = seen; number < SCRIPTS.size(); number++) {
        connection.setAutoCommit(false);
        for (String command : read(SCRIPTS.get(number)).split(";\\s*\n")) {
          if (!command.isBlank()) {
            statement.execute(command);
          }
        }
        statement.execute("PRAGMA user_version = " + (number + 1));
        connection.commit();
        connection.setAutoCommit(true);
      }
    }
  }

  private static String read(String script) {
    try (InputStream in = Schema.class.getResourceAsStream(script)) {
      if (in == null) {
        throw new IllegalStateException("script " + script + " is missing from this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("script " + script + " cannot be read", e);
    }
  }
}
