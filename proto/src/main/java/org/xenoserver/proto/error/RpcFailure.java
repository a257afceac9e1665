package org.xenoserver.proto.error;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A refusal: a reason and one sentence that names the input, the rule and the value. A service
 * throws it; on the wire it is a {@code google.rpc.Status} with {@code ErrorInfo} and, for {@link
 * ErrorCode#INVALID}, {@code BadRequest}; {@link #from} reads it back.
 */
public final class RpcFailure extends RuntimeException {
  /** The domain of every {@code ErrorInfo} of ours. */
  public static final String DOMAIN = "xenoserver.org";

  private static final long serialVersionUID = 1;

  private final ErrorCode code;
  private final @Nullable String field;

  private RpcFailure(
      ErrorCode code, @Nullable String field, String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.code = code;
    this.field = field;
  }

  /** Refuses with a sentence. */
  public static RpcFailure of(ErrorCode code, String sentence) {
    return new RpcFailure(code, null, sentence, null);
  }

  /** Refuses with a sentence and keeps what led to it for the log. */
  public static RpcFailure of(ErrorCode code, String sentence, Throwable cause) {
    return new RpcFailure(code, null, sentence, cause);
  }

  /**
   * Refuses a field of the request.
   *
   * @param field its path in the request message, for example {@code spec.memory_bytes}
   */
  public static RpcFailure invalid(String field, String sentence) {
    return new RpcFailure(ErrorCode.INVALID, field, sentence, null);
  }

  /** Reads back what a gRPC call failed with, whoever served it. */
  public static RpcFailure from(Throwable failure) {
    if (failure instanceof RpcFailure ours) {
      return ours;
    }
    if (!(failure instanceof StatusRuntimeException) && !(failure instanceof StatusException)) {
      String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
      return new RpcFailure(ErrorCode.INTERNAL, null, text, failure);
    }
    Status status = Status.fromThrowable(failure);
    ErrorCode code = ErrorCode.nearest(status.getCode());
    String field = null;
    com.google.rpc.Status details = StatusProto.fromThrowable(failure);
    if (details != null) {
      try {
        for (Any any : details.getDetailsList()) {
          if (any.is(ErrorInfo.class)) {
            code = reason(any.unpack(ErrorInfo.class), code);
          } else if (any.is(BadRequest.class)) {
            List<BadRequest.FieldViolation> violations =
                any.unpack(BadRequest.class).getFieldViolationsList();
            field = violations.isEmpty() ? null : violations.getFirst().getField();
          }
        }
      } catch (InvalidProtocolBufferException e) {
        return new RpcFailure(code, null, sentence(status), failure);
      }
    }
    return new RpcFailure(code, field, sentence(status), failure);
  }

  private static ErrorCode reason(ErrorInfo info, ErrorCode otherwise) {
    if (info.getDomain().equals(DOMAIN)) {
      for (ErrorCode code : ErrorCode.values()) {
        if (code.name().equals(info.getReason())) {
          return code;
        }
      }
    }
    return otherwise;
  }

  private static String sentence(Status status) {
    String description = status.getDescription();
    return description == null || description.isEmpty()
        ? "the server answered " + status.getCode()
        : description;
  }

  /** The sentence for the person who asked, from whatever a call failed with. */
  public static String sentence(Throwable failure) {
    return String.valueOf(from(failure).getMessage());
  }

  /** The reason. */
  public ErrorCode code() {
    return code;
  }

  /** The field of the request at fault; null where no single one is. */
  public @Nullable String field() {
    return field;
  }

  /** The failure as gRPC carries it, with its details in the trailers. */
  public StatusRuntimeException toStatus() {
    List<Any> details = new ArrayList<>();
    details.add(Any.pack(ErrorInfo.newBuilder().setReason(code.name()).setDomain(DOMAIN).build()));
    if (field != null) {
      details.add(
          Any.pack(
              BadRequest.newBuilder()
                  .addFieldViolations(
                      BadRequest.FieldViolation.newBuilder()
                          .setField(field)
                          .setDescription(String.valueOf(getMessage())))
                  .build()));
    }
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(code.status().value())
            .setMessage(String.valueOf(getMessage()))
            .addAllDetails(details)
            .build());
  }
}
