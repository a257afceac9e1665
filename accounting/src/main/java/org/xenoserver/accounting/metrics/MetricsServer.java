package org.xenoserver.accounting.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.accounting.ledger.LedgerException;
import org.xenoserver.proto.config.Endpoint;

/**
 * Answers {@code /metrics} in OpenMetrics, in Prometheus' text format or in its protobuf format as
 * the client asks, and {@code /healthz} with 200 or 503. Each request has a virtual thread.
 */
public final class MetricsServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MetricsServer.class);
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;

  private final HttpServer server;
  private final ExecutorService threads;
  private final Endpoint endpoint;
  private final UsageMetrics metrics;
  private final BooleanSupplier healthy;
  private final ExpositionFormats formats = ExpositionFormats.init();

  private MetricsServer(
      HttpServer server, Endpoint endpoint, UsageMetrics metrics, BooleanSupplier healthy) {
    this.server = server;
    this.endpoint = endpoint;
    this.metrics = metrics;
    this.healthy = healthy;
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
  }

  /**
   * Listens and answers.
   *
   * @throws IOException with one sentence if the address cannot be listened on
   */
  public static MetricsServer start(Endpoint listen, UsageMetrics metrics, BooleanSupplier healthy)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
    if (address.isUnresolved()) {
      throw new IOException("cannot listen on " + listen + ": unknown host");
    }
    HttpServer http;
    try {
      http = HttpServer.create(address, 0);
    } catch (BindException e) {
      String message = String.valueOf(e.getMessage());
      String why = message.contains("in use") ? "address already in use" : message;
      throw new IOException("cannot listen on " + listen + ": " + why, e);
    }
    MetricsServer server =
        new MetricsServer(http, listen.withPort(http.getAddress().getPort()), metrics, healthy);
    http.setExecutor(server.threads);
    http.createContext("/", server.guarded("/", MetricsServer::answerIndex));
    http.createContext("/metrics", server.guarded("/metrics", server::answerMetrics));
    http.createContext("/healthz", server.guarded("/healthz", server::answerHealth));
    http.start();
    return server;
  }

  /** Where it listens, with the actual port. */
  public Endpoint endpoint() {
    return endpoint;
  }

  private void answerMetrics(HttpExchange exchange) throws IOException {
    ExpositionFormatWriter writer =
        formats.findWriter(exchange.getRequestHeaders().getFirst("Accept"));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      writer.write(body, metrics.snapshot());
    } catch (LedgerException e) {
      log.error("no metrics: {}", e.getMessage());
      answer(exchange, UNAVAILABLE, TEXT, text(String.valueOf(e.getMessage())));
      return;
    }
    answer(exchange, OK, writer.getContentType(), body.toByteArray());
  }

  private void answerHealth(HttpExchange exchange) throws IOException {
    boolean well = healthy.getAsBoolean();
    answer(
        exchange,
        well ? OK : UNAVAILABLE,
        TEXT,
        text(well ? "ok" : "ZooKeeper or the ledger cannot be reached"));
  }

  private static void answerIndex(HttpExchange exchange) throws IOException {
    answer(exchange, OK, TEXT, text("XenoServer accounting: /metrics, /healthz"));
  }

  private HttpHandler guarded(String path, HttpHandler handler) {
    return exchange -> {
      try (exchange) {
        String method = exchange.getRequestMethod();
        if (!exchange.getRequestURI().getPath().equals(path)) {
          answer(exchange, NOT_FOUND, TEXT, text("there is /metrics and /healthz"));
        } else if (!method.equals("GET") && !method.equals("HEAD")) {
          exchange.getResponseHeaders().set("Allow", "GET, HEAD");
          answer(exchange, METHOD_NOT_ALLOWED, TEXT, text("allowed are GET and HEAD"));
        } else {
          handler.handle(exchange);
        }
      }
    };
  }

  private static byte[] text(String line) {
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /** Stops at once. */
  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
