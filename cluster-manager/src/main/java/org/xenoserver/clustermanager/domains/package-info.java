/**
 * What the leader does with domains.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.domains.SpecRules} checks the form of a specification
 *   <li>{@link org.xenoserver.clustermanager.domains.Creation} places and stores a domain
 *   <li>{@link org.xenoserver.clustermanager.domains.Reservations} keeps room for domains being
 *       created
 *   <li>{@link org.xenoserver.clustermanager.domains.Steering} changes what is wanted of a domain
 *       and waits for its host to follow
 *   <li>{@link org.xenoserver.clustermanager.domains.Removals} forgets domains their hosts have
 *       destroyed
 * </ul>
 */
@NullMarked
package org.xenoserver.clustermanager.domains;

import org.jspecify.annotations.NullMarked;
