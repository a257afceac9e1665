package org.xenoserver.ops.domainxml;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.xenoserver.proto.v1.DomainSpec;

/**
 * Domain XML: a subset of libvirt's vocabulary (<a
 * href="https://libvirt.org/formatdomain.html">formatdomain</a>), defined by {@code domain.xsd}.
 * Memory without a unit is in KiB, as there, and is rounded up to a whole page of 4096 bytes. Disks
 * are ordered by their targets; those without one come last in the order of the document.
 */
public final class DomainXml {
  /** The namespace of our elements within {@code metadata}. */
  public static final String METADATA_NAMESPACE = "https://xenoserver.org/domain/1.0";

  /** Documents longer than this are refused. */
  public static final int MAXIMUM_BYTES = 1 << 20;

  private DomainXml() {}

  /**
   * Reads a document of at most {@link #MAXIMUM_BYTES}.
   *
   * @param source what errors call the document, usually its file name
   * @param document UTF-8, with or without a byte order mark
   * @throws DomainXmlException with the line, the column and one sentence on what is wrong and what
   *     is allowed
   */
  public static DomainSpec parse(String source, byte[] document) throws DomainXmlException {
    if (document.length > MAXIMUM_BYTES) {
      throw new DomainXmlException(
          source, TextPosition.START, "the file is longer than " + MAXIMUM_BYTES + " bytes");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
    } catch (CharacterCodingException e) {
      throw new DomainXmlException(source, TextPosition.START, "the file is not UTF-8 text");
    }
    String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
    return SpecReader.read(source, LocatedXml.read(source, withoutMark));
  }

  /** Writes a document that {@link #parse} reads back. */
  public static String write(DomainSpec spec) {
    return SpecWriter.write(spec);
  }
}
