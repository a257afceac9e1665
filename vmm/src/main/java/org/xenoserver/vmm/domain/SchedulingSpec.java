package org.xenoserver.vmm.domain;

/**
 * A domain's parameters under borrowed virtual time (Duda and Cheriton, SOSP 1999; Xen 1.0).
 *
 * @param mcuAdvance virtual time per minimum charging unit run; a domain with half of another's
 *     gets twice its share; at least 1
 * @param warpUs virtual time borrowed while warped, in microseconds; 0 for none
 * @param warpLimitUs how long the domain may run warped, in microseconds; 0 for no limit
 * @param unwarpUs how long it must run unwarped before it may warp again, in microseconds
 */
public record SchedulingSpec(int mcuAdvance, long warpUs, long warpLimitUs, long unwarpUs) {
  /** An equal share, never warped. */
  public static final SchedulingSpec DEFAULT = new SchedulingSpec(10, 0, 0, 0);
}
