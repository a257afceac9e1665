package org.xenoserver.ops.bench;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainServiceGrpc;
import org.xenoserver.proto.v1.DomainSpec;

/**
 * Clients that create domains: so many requests are always under way, each with an id, until the
 * time is over. A request is never sent twice.
 */
final class CreateLoad {
  private final List<DomainServiceGrpc.DomainServiceStub> stubs;
  private final LongSupplier nanoTime;
  private final boolean takenUp;
  private final long endNs;
  private final CountDownLatch open;
  private final AtomicInteger numbers = new AtomicInteger();
  private final ReentrantLock answersLock = new ReentrantLock();
  private final List<Answered> answers = new ArrayList<>();
  private final List<String> refusals = new ArrayList<>();

  /**
   * A domain that was acknowledged.
   *
   * @param sentNs when the request was sent, by the load's clock
   * @param answeredNs when the answer came
   */
  record Answered(String uuid, String host, long sentNs, long answeredNs) {}

  private CreateLoad(
      List<ManagedChannel> channels,
      int inFlight,
      boolean takenUp,
      LongSupplier nanoTime,
      long endNs) {
    this.stubs = channels.stream().map(DomainServiceGrpc::newStub).toList();
    this.takenUp = takenUp;
    this.nanoTime = nanoTime;
    this.endNs = endNs;
    this.open = new CountDownLatch(inFlight);
  }

  /**
   * Begins.
   *
   * @param takenUp whether an answer is to wait until the host has taken the domain up
   * @param endNs when the last request is sent, by the clock
   */
  static CreateLoad begin(
      List<ManagedChannel> channels,
      int inFlight,
      boolean takenUp,
      LongSupplier nanoTime,
      long endNs) {
    CreateLoad load = new CreateLoad(channels, inFlight, takenUp, nanoTime, endNs);
    for (int i = 0; i < inFlight; i++) {
      load.send(load.stubs.get(i % load.stubs.size()));
    }
    return load;
  }

  private static DomainSpec spec(int number) {
    return DomainSpec.newBuilder()
        .setName("d%07d".formatted(number))
        .setMemoryBytes(256L << 20)
        .setVcpus(1)
        .setKernel("image:debian")
        .setInitrd("image:debian")
        .setCommandLine("console=ttyS0 hostname=d%07d".formatted(number))
        .putLabels("app", "app-" + number % 100)
        .build();
  }

  private void send(DomainServiceGrpc.DomainServiceStub stub) {
    long sentNs = nanoTime.getAsLong();
    if (sentNs - endNs >= 0) {
      open.countDown();
      return;
    }
    int number = numbers.getAndIncrement();
    stub.createDomain(
        CreateDomainRequest.newBuilder()
            .setSpec(spec(number))
            .setStart(true)
            .setRequestId("bench-" + number)
            .setNoWait(!takenUp)
            .build(),
        new StreamObserver<>() {
          @Override
          public void onNext(Domain domain) {
            Answered answered =
                new Answered(
                    domain.getSpec().getUuid(), domain.getHost(), sentNs, nanoTime.getAsLong());
            answersLock.lock();
            try {
              answers.add(answered);
            } finally {
              answersLock.unlock();
            }
          }

          @Override
          public void onError(Throwable failure) {
            answersLock.lock();
            try {
              refusals.add(String.valueOf(failure.getMessage()));
            } finally {
              answersLock.unlock();
            }
            send(stub);
          }

          @Override
          public void onCompleted() {
            send(stub);
          }
        });
  }

  /** Waits until every request has been answered; whether that was in time. */
  boolean await(long patienceNs) throws InterruptedException {
    return open.await(patienceNs, TimeUnit.NANOSECONDS);
  }

  /** All that was acknowledged so far. */
  List<Answered> answers() {
    answersLock.lock();
    try {
      return List.copyOf(answers);
    } finally {
      answersLock.unlock();
    }
  }

  /** The sentences of requests that failed so far. */
  List<String> refusals() {
    answersLock.lock();
    try {
      return List.copyOf(refusals);
    } finally {
      answersLock.unlock();
    }
  }
}
