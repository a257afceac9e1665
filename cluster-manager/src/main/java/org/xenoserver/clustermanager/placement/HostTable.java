package org.xenoserver.clustermanager.placement;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The hosts by number, and what a search looks at of each in eight words beside each other, which a
 * processor fetches at once.
 */
final class HostTable {
  private static final int STRIDE_SHIFT = 3;
  private static final int FREE = 0;
  private static final int PROMISABLE = 3;
  private static final int DOMAINS = 6;

  private @Nullable Host[] hosts = new @Nullable Host[16];
  private long[] words = new long[16 << STRIDE_SHIFT];
  private final HostLinks poolLinks = new HostLinks();
  private final HostLinks siteLinks = new HostLinks();
  private int[] vacant = new int[16];
  private int vacancies;
  private int limit;

  /** One more than the highest number in use. */
  int limit() {
    return limit;
  }

  /** The lists of the grids of whole pools. */
  HostLinks poolLinks() {
    return poolLinks;
  }

  /** The lists of the grids of sites. */
  HostLinks siteLinks() {
    return siteLinks;
  }

  @Nullable Host find(int id) {
    return hosts[id];
  }

  Host at(int id) {
    Host host = hosts[id];
    if (host == null) {
      throw new IllegalStateException("there is no host number " + id);
    }
    return host;
  }

  /** Adds a host with everything it may promise still free. */
  Host add(HostOffer offer, Areas.Site site) {
    int id = vacancies > 0 ? vacant[--vacancies] : limit++;
    if (id == hosts.length) {
      hosts = Arrays.copyOf(hosts, id * 2);
      words = Arrays.copyOf(words, words.length * 2);
    }
    Host host = new Host(id, offer, site);
    hosts[id] = host;
    int base = id << STRIDE_SHIFT;
    Arrays.fill(words, base, base + (1 << STRIDE_SHIFT), 0);
    offer(host, offer);
    return host;
  }

  void remove(Host host) {
    hosts[host.id] = null;
    if (vacancies == vacant.length) {
      vacant = Arrays.copyOf(vacant, vacancies * 2);
    }
    vacant[vacancies++] = host.id;
  }

  /** Takes what a host may promise from its offer. */
  void offer(Host host, HostOffer offer) {
    Resources now = offer.promisable();
    Resources change = now.minus(promisable(host.id));
    host.offer = offer;
    int base = host.id << STRIDE_SHIFT;
    words[base + PROMISABLE] = now.vcpus();
    words[base + PROMISABLE + 1] = now.memoryBytes();
    words[base + PROMISABLE + 2] = now.diskBytes();
    add(base, change, 1);
  }

  void take(int id, Resources amount) {
    int base = id << STRIDE_SHIFT;
    add(base, amount, -1);
    words[base + DOMAINS]++;
  }

  void giveBack(int id, Resources amount) {
    int base = id << STRIDE_SHIFT;
    add(base, amount, 1);
    words[base + DOMAINS]--;
  }

  private void add(int base, Resources amount, int sign) {
    words[base + FREE] += sign * amount.vcpus();
    words[base + FREE + 1] += sign * amount.memoryBytes();
    words[base + FREE + 2] += sign * amount.diskBytes();
  }

  Resources free(int id) {
    int base = (id << STRIDE_SHIFT) + FREE;
    return new Resources(words[base], words[base + 1], words[base + 2]);
  }

  /** The buckets of what a host has left. */
  int row(int id) {
    return Buckets.ofVcpus(words[(id << STRIDE_SHIFT) + FREE]);
  }

  int column(int id) {
    return Buckets.ofMemory(words[(id << STRIDE_SHIFT) + FREE + 1]);
  }

  int disk(int id) {
    return Buckets.ofDisk(words[(id << STRIDE_SHIFT) + FREE + 2]);
  }

  Resources promisable(int id) {
    int base = (id << STRIDE_SHIFT) + PROMISABLE;
    return new Resources(words[base], words[base + 1], words[base + 2]);
  }

  /** Whether a host has more free than each of the thresholds. */
  boolean exceeds(int id, long vcpus, long memoryBytes, long diskBytes) {
    int base = (id << STRIDE_SHIFT) + FREE;
    return words[base] > vcpus && words[base + 1] > memoryBytes && words[base + 2] > diskBytes;
  }

  /** The score of a host with a demand added to it. */
  double score(int id, Resources demand, Policy policy) {
    int base = id << STRIDE_SHIFT;
    return policy.score(
        share(base, demand.vcpus()),
        share(base + 1, demand.memoryBytes()),
        share(base + 2, demand.diskBytes()),
        words[base + DOMAINS] == 0);
  }

  private double share(int index, long demand) {
    long promisable = words[index + PROMISABLE];
    return promisable == 0 ? 0 : (double) (promisable - words[index + FREE] + demand) / promisable;
  }
}
