package org.xenoserver.proto;

/**
 * Where the cluster's state lives in ZooKeeper. Every value is a binary protobuf message of {@code
 * xenoserver.v1} unless said otherwise.
 */
public final class ZooKeeperLayout {
  /** Folder of everything; the version of the layout is its last part. */
  public static final String NAMESPACE = "xenoserver/v2";

  /**
   * {@code /layout}: persistent, {@link #VERSION} in UTF-8. Whoever meets another text refuses to
   * start. Additions that an older process may ignore leave it as it is. For anything else there is
   * a new namespace and version; a cluster is upgraded by stopping its managers, copying what the
   * new layout still has from the old folder to the new one, and starting new managers, then
   * agents.
   */
  public static final String LAYOUT = "/layout";

  /** The version of this layout. */
  public static final String VERSION = "2";

  /** {@code /hosts/<host>}: persistent, {@code Host} as last registered. */
  public static final String HOSTS = "/hosts";

  /** {@code /leases/<host>}: ephemeral, {@code Host}; its presence says that the host lives. */
  public static final String LEASES = "/leases";

  /**
   * {@code /proofs/<host>}: persistent, the incarnation of the host's agent in UTF-8. Each write by
   * the agent is a proof of its lease. A manager that gives the host up writes it too, with the
   * version it saw long enough before, so that either no proof came in between or it gives up
   * nothing. Watched by nobody.
   */
  public static final String PROOFS = "/proofs";

  /** {@code /domains/<uuid>}: persistent, {@code DomainRecord}. */
  public static final String DOMAINS = "/domains";

  /** {@code /assignments/<host>/<uuid>}: persistent, the host's copy of {@code DomainRecord}. */
  public static final String ASSIGNMENTS = "/assignments";

  /** {@code /status/<host>/<uuid>}: persistent, {@code Domain} as the host's agent sees it. */
  public static final String STATUS = "/status";

  /** {@code /projects/<name>}: persistent, {@code ProjectRecord}. */
  public static final String PROJECTS = "/projects";

  /** {@code /maintenance/<host>}: persistent, {@code HostMaintenance}. */
  public static final String MAINTENANCE = "/maintenance";

  /**
   * {@code /log/<first revision>}: persistent, {@code LogSegment}; each multi-operation of the
   * leader adds one. Bounded: the leader deletes the oldest.
   */
  public static final String LOG = "/log";

  /** Ephemeral, {@code LeaderClaim}: the manager that leads, or is about to. */
  public static final String LEADER = "/leader";

  /**
   * Persistent, the gRPC address of the manager that leads, in UTF-8. Each new leader sets it;
   * every write of a leader checks its version, so that a manager that no longer leads cannot
   * write. Only a leader writes domains, assignments, projects, maintenance and log.
   */
  public static final String TERM = "/term";

  private ZooKeeperLayout() {}

  public static String host(String host) {
    return HOSTS + "/" + host;
  }

  public static String lease(String host) {
    return LEASES + "/" + host;
  }

  public static String proof(String host) {
    return PROOFS + "/" + host;
  }

  public static String domain(String uuid) {
    return DOMAINS + "/" + uuid;
  }

  public static String project(String project) {
    return PROJECTS + "/" + project;
  }

  public static String maintenance(String host) {
    return MAINTENANCE + "/" + host;
  }

  /** The path of the segment that begins with a revision of 1 or more. */
  public static String logSegment(long firstRevision) {
    return LOG + "/%020d".formatted(firstRevision);
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
