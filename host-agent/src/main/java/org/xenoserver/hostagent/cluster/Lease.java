package org.xenoserver.hostagent.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.coordination.Commit;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.coordination.LayoutVersion;
import org.xenoserver.proto.coordination.Node;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.Write;
import org.xenoserver.proto.v1.Host;

/**
 * This host's lease in one session: an ephemeral node that says that it lives, and a proof node,
 * written again and again, that proves it; each proof is told with the time before it was sent.
 * Ends with the session, or when another has written the proof. Owned by the event loop.
 */
final class Lease {
  private static final Logger log = LoggerFactory.getLogger(Lease.class);

  private final EventLoop loop;
  private final Session session;
  private final Supplier<Host> description;
  private final String incarnation;
  private final LeaseTiming timing;
  private final Listener listener;

  private EventLoop.@Nullable Timer timer;
  private int version;
  private boolean held;
  private boolean over;

  /** Who held it when it was looked at last, and that one's proof then. */
  private String holder = "";

  private int holdersProof;

  /** Hears of the lease. */
  interface Listener {
    /** It is held, proven by a write sent then. */
    void taken(long sentNs);

    /** It is still held, proven by a write sent then. */
    void proven(long sentNs);

    /** It is held no more, though the session may live. */
    void gone();

    /** Another holds it and was seen to prove it; it is claimed again. */
    void heldBy(Host other);

    /** It can never be held. */
    void refused(String sentence);
  }

  Lease(
      EventLoop loop,
      Session session,
      Supplier<Host> description,
      String incarnation,
      LeaseTiming timing,
      Listener listener) {
    this.loop = loop;
    this.session = session;
    this.description = description;
    this.incarnation = incarnation;
    this.timing = timing;
    this.listener = listener;
  }

  /** Registers the host and claims the lease. */
  void begin() {
    LayoutVersion.ensure(
        session,
        found -> {
          if (!over) {
            switch (found) {
              case LayoutVersion.Found.Ours _ -> register();
              case LayoutVersion.Found.Other other -> listener.refused(other.sentence());
              case LayoutVersion.Found.Unknown _ -> later(this::begin);
            }
          }
        });
  }

  /** Stops to claim and to prove. */
  void end() {
    over = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  private void later(Runnable task) {
    timer =
        loop.after(
            timing.renewalNs(),
            () -> {
              if (!over) {
                task.run();
              }
            });
  }

  private Host host() {
    Instant now = loop.wallTime();
    return description.get().toBuilder()
        .setIncarnation(incarnation)
        .setProofValidityMs((int) (timing.validityNs() / 1_000_000))
        .setLeaseTime(
            Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
        .build();
  }

  private void register() {
    Host host = host();
    String name = host.getName();
    byte[] value = host.toByteArray();
    commit(
        Write.create(ZooKeeperLayout.assignments(name), new byte[0]),
        made ->
            commit(
                Write.create(ZooKeeperLayout.statuses(name), new byte[0]),
                madeToo ->
                    commit(
                        Write.create(ZooKeeperLayout.proof(name), new byte[0]),
                        proof -> registerHost(host, value))));
  }

  private void registerHost(Host host, byte[] value) {
    String name = host.getName();
    commit(
        Write.create(ZooKeeperLayout.host(name), value),
        first -> {
          if (first instanceof Commit.Refused) {
            commit(new Write.SetData(ZooKeeperLayout.host(name), value, -1), again -> claim(host));
          } else {
            claim(host);
          }
        });
  }

  /** Goes on unless the answer was lost: then all begins again. */
  private void commit(Write write, Consumer<Commit> next) {
    session.commit(
        List.of(write),
        result -> {
          if (over) {
            return;
          }
          if (result instanceof Commit.Unknown) {
            later(this::begin);
          } else {
            next.accept(result);
          }
        });
  }

  private byte[] proof() {
    return incarnation.getBytes(UTF_8);
  }

  private void claim(Host host) {
    long sentNs = loop.monotonicNs();
    session.commit(
        List.of(
            Write.createEphemeral(ZooKeeperLayout.lease(host.getName()), host.toByteArray()),
            new Write.SetData(ZooKeeperLayout.proof(host.getName()), proof(), -1)),
        result -> {
          if (over) {
            return;
          }
          switch (result) {
            case Commit.Done done -> {
              version = done.versions().get(1);
              held(sentNs);
            }
            case Commit.Refused _, Commit.Unknown _ -> look(host);
          }
        });
  }

  private void held(long sentNs) {
    boolean first = !held;
    held = true;
    if (first) {
      listener.taken(sentNs);
    } else {
      listener.proven(sentNs);
    }
    later(this::prove);
  }

  private void gone() {
    log.warn("the lease of host {} is gone", description.get().getName());
    held = false;
    listener.gone();
  }

  /** Whose lease is it? An earlier claim or proof may have been carried out without an answer. */
  private void look(Host host) {
    String lease = ZooKeeperLayout.lease(host.getName());
    String proof = ZooKeeperLayout.proof(host.getName());
    session.read(
        lease,
        claimed ->
            session.read(
                proof,
                proven -> {
                  if (!over) {
                    found(host, claimed, proven);
                  }
                }));
  }

  private void found(Host host, @Nullable Node claimed, @Nullable Node proven) {
    boolean ours = false;
    if (claimed != null) {
      try {
        Host found = Host.parseFrom(claimed.data());
        ours = found.getIncarnation().equals(incarnation);
        if (!ours && !held) {
          meet(found, proven == null ? -1 : proven.version());
        }
      } catch (InvalidProtocolBufferException e) {
        log.warn("{} in ZooKeeper is not a host", ZooKeeperLayout.lease(host.getName()));
      }
    }
    if (ours && proven != null && Arrays.equals(proven.data(), proof())) {
      version = proven.version();
      prove();
    } else if (held) {
      gone();
    } else if (ours) {
      // It was claimed, and given up by a manager before this was known.
      gone();
    } else {
      later(this::begin);
    }
  }

  /**
   * An agent that was killed holds it until its session ends, which takes as long as ZooKeeper has
   * no majority; but it proves nothing.
   */
  private void meet(Host other, int proof) {
    if (other.getIncarnation().equals(holder) && proof != holdersProof) {
      listener.heldBy(other);
    }
    holder = other.getIncarnation();
    holdersProof = proof;
  }

  private void prove() {
    long sentNs = loop.monotonicNs();
    Host host = description.get();
    session.commit(
        List.of(
            new Write.SetData(ZooKeeperLayout.proof(host.getName()), proof(), version),
            new Write.Check(ZooKeeperLayout.lease(host.getName()), 0)),
        result -> {
          if (over) {
            return;
          }
          switch (result) {
            case Commit.Done done -> {
              version = done.versions().getFirst();
              held(sentNs);
            }
            case Commit.Refused _ -> look(host);
            case Commit.Unknown _ -> later(() -> look(host));
          }
        });
  }
}
