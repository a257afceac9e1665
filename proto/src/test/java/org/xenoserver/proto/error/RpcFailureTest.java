package org.xenoserver.proto.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RpcFailureTest {
  @ParameterizedTest
  @EnumSource
  void shouldCarryReasonAndSentenceThroughAStatus(ErrorCode code) {
    StatusRuntimeException onTheWire = RpcFailure.of(code, "no domain 'x'").toStatus();
    assertThat(onTheWire.getStatus().getCode()).isEqualTo(code.status());
    RpcFailure read = RpcFailure.from(onTheWire);
    assertThat(read.code()).isEqualTo(code);
    assertThat(read).hasMessage("no domain 'x'");
    assertThat(read.field()).isNull();
  }

  @Test
  void shouldCarryTheFieldAtFault() {
    RpcFailure failure = RpcFailure.invalid("spec.vcpus", "vcpus is 0; it must be 1 to 128");
    assertThat(RpcFailure.from(failure.toStatus()).field()).isEqualTo("spec.vcpus");
  }

  @Test
  void shouldMakeASentenceOfAForeignStatus() {
    assertThat(RpcFailure.sentence(Status.UNAVAILABLE.asRuntimeException()))
        .isEqualTo("the server answered UNAVAILABLE");
    assertThat(RpcFailure.from(Status.NOT_FOUND.asException()).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
  }
}
