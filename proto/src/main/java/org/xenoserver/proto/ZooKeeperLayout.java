package org.xenoserver.proto;

/**
 * Where the cluster's state lives in ZooKeeper. Every value is a binary protobuf message of {@code
 * xenoserver.v1} unless said otherwise.
 */
public final class ZooKeeperLayout {
  /** Curator namespace; the version of the layout is its last part. */
  public static final String NAMESPACE = "xenoserver/v1";

  /** {@code /hosts/<host>}: persistent, {@code Host} as last registered. */
  public static final String HOSTS = "/hosts";

  /** {@code /leases/<host>}: ephemeral, {@code Host}; its presence is the host's lease. */
  public static final String LEASES = "/leases";

  /** {@code /domains/<uuid>}: persistent, {@code DomainRecord}. */
  public static final String DOMAINS = "/domains";

  /** {@code /names/<name>}: persistent, the UUID of the domain of that name in UTF-8. */
  public static final String NAMES = "/names";

  /** {@code /assignments/<host>/<uuid>}: persistent, the host's copy of {@code DomainRecord}. */
  public static final String ASSIGNMENTS = "/assignments";

  /** {@code /status/<host>/<uuid>}: persistent, {@code Domain} as the host's agent sees it. */
  public static final String STATUS = "/status";

  /** Parent of the managers' leader latch; each participant's id is its gRPC address. */
  public static final String LEADER = "/leader";

  /**
   * Persistent, the gRPC address of the manager that leads, in UTF-8. Each new leader sets it;
   * every write of a leader checks its version, so that a manager that no longer leads cannot
   * write.
   */
  public static final String TERM = "/term";

  private ZooKeeperLayout() {}

  public static String host(String host) {
    return HOSTS + "/" + host;
  }

  public static String lease(String host) {
    return LEASES + "/" + host;
  }

  public static String domain(String uuid) {
    return DOMAINS + "/" + uuid;
  }

  public static String name(String name) {
    return NAMES + "/" + name;
  }

  public static String assignments(String host) {
    return ASSIGNMENTS + "/" + host;
  }

  public static String assignment(String host, String uuid) {
    return ASSIGNMENTS + "/" + host + "/" + uuid;
  }

  public static String statuses(String host) {
    return STATUS + "/" + host;
  }

  public static String status(String host, String uuid) {
    return STATUS + "/" + host + "/" + uuid;
  }
}
