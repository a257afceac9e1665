/**
 * Domain XML, in a subset of libvirt's vocabulary, to what the API calls a domain.
 *
 * <ul>
 *   <li>{@link org.xenoserver.ops.domainxml.DomainXml} is the door: text to {@code DomainSpec} and
 *       back
 *   <li>{@link org.xenoserver.ops.domainxml.DomainXmlException} is one error, with line and column
 *   <li>{@code LocatedXml} reads XML into {@code XmlElement}s that know where they stood, checking
 *       each against the schema ({@code domain.xsd}, {@code domain-metadata.xsd}) on the way
 *   <li>{@code SchemaProblem} says in plain words what the schema validator objected to, {@code
 *       XmlSyntax} what the parser did
 *   <li>{@code SpecReader} makes a {@code DomainSpec}, with the rules a schema cannot express;
 *       {@code SpecWriter} goes the other way
 *   <li>{@code MemoryUnit} are libvirt's units of memory
 * </ul>
 */
@NullMarked
package org.xenoserver.ops.domainxml;

import org.jspecify.annotations.NullMarked;
