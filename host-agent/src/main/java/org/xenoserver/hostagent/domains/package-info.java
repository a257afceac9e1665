/**
 * The domains of this host, between the API's messages and the hypervisor.
 *
 * <ul>
 *   <li>{@link org.xenoserver.hostagent.domains.HostDomains} holds them and carries out requests
 *   <li>{@link org.xenoserver.hostagent.domains.HostDomain} is one of them, with its owner and boot
 *   <li>{@link org.xenoserver.hostagent.domains.SpecReader} checks and translates specifications
 *   <li>{@link org.xenoserver.hostagent.domains.Images} finds kernels and RAM disks by name
 *   <li>{@link org.xenoserver.hostagent.domains.DomainWatcher} is told of every change, in order
 * </ul>
 */
@NullMarked
package org.xenoserver.hostagent.domains;

import org.jspecify.annotations.NullMarked;
