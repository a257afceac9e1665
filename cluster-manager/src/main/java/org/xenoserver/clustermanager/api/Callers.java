package org.xenoserver.clustermanager.api;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;

/**
 * Who asks, and whether another manager passed the request on. The one place where callers are to
 * be identified and authorized; until then everybody is {@code anonymous}.
 */
public final class Callers implements ServerInterceptor {
  static final Metadata.Key<String> FORWARDED =
      Metadata.Key.of("xenoserver-forwarded", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> CALLER =
      Metadata.Key.of("xenoserver-caller", Metadata.ASCII_STRING_MARSHALLER);

  private static final String ANONYMOUS = "anonymous";
  private static final Context.Key<Boolean> IS_FORWARDED =
      Context.keyWithDefault("forwarded", false);
  private static final Context.Key<String> NAME = Context.keyWithDefault("caller", ANONYMOUS);

  private Callers() {}

  /** A service whose requests have a caller. */
  public static BindableService identified(BindableService service) {
    return () -> ServerInterceptors.intercept(service, new Callers());
  }

  /** Whether another manager passed the request of this thread on. */
  static boolean isForwarded() {
    return IS_FORWARDED.get();
  }

  /** Who asks in this thread. */
  static String name() {
    return NAME.get();
  }

  @Override
  public <I, O> ServerCall.Listener<I> interceptCall(
      ServerCall<I, O> call, Metadata headers, ServerCallHandler<I, O> next) {
    boolean forwarded = headers.containsKey(FORWARDED);
    String named = forwarded ? headers.get(CALLER) : null;
    Context context =
        Context.current()
            .withValue(IS_FORWARDED, forwarded)
            .withValue(NAME, named == null ? ANONYMOUS : named);
    return Contexts.interceptCall(context, call, headers, next);
  }
}
