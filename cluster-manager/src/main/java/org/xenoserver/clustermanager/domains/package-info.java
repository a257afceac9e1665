/**
 * What may be asked for.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.domains.SpecRules} checks the form of a specification
 *   <li>{@link org.xenoserver.clustermanager.domains.Request} is what may be asked of a domain, in
 *       which states, and when its host has followed
 * </ul>
 */
@NullMarked
package org.xenoserver.clustermanager.domains;

import org.jspecify.annotations.NullMarked;
