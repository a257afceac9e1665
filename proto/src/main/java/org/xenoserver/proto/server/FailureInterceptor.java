package org.xenoserver.proto.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;

/** Answers what a handler throws: refusals with their details, faults of ours with INTERNAL. */
final class FailureInterceptor implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(FailureInterceptor.class);

  @Override
  public <I, O> ServerCall.Listener<I> interceptCall(
      ServerCall<I, O> call, Metadata headers, ServerCallHandler<I, O> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(I message) {
        guard(call, () -> super.onMessage(message));
      }

      @Override
      public void onHalfClose() {
        guard(call, super::onHalfClose);
      }

      @Override
      public void onReady() {
        guard(call, super::onReady);
      }
    };
  }

  private static void guard(ServerCall<?, ?> call, Runnable handler) {
    try {
      handler.run();
    } catch (RpcFailure refusal) {
      close(call, refusal.toStatus());
    } catch (StatusRuntimeException status) {
      close(call, status);
    } catch (RuntimeException fault) {
      String method = call.getMethodDescriptor().getFullMethodName();
      log.error("{} failed", method, fault);
      close(call, RpcFailure.of(ErrorCode.INTERNAL, method + " failed: " + fault).toStatus());
    }
  }

  private static void close(ServerCall<?, ?> call, StatusRuntimeException failure) {
    if (!call.isCancelled()) {
      Metadata trailers = Status.trailersFromThrowable(failure);
      call.close(failure.getStatus(), trailers == null ? new Metadata() : trailers);
    }
  }
}
