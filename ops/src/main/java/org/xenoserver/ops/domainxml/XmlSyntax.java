package org.xenoserver.ops.domainxml;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xml.sax.SAXParseException;

/** Says what the parser objected to in XML that is not well formed. */
final class XmlSyntax {
  private record Translation(Pattern message, String plain) {}

  private static final List<Translation> TRANSLATIONS =
      List.of(
          translation("Premature end of file.*", "the file is empty"),
          translation("Content is not allowed in prolog.*", "the file does not begin with XML"),
          translation(
              "Content is not allowed in trailing section.*",
              "there is text after the end of the document"),
          translation(
              "The markup in the document following the root element must be well-formed.*",
              "there is a second element after the end of the document"),
          translation(
              "XML document structures must start and end within the same entity.*",
              "the file ends in the middle of an element"),
          translation("DOCTYPE is disallowed.*", "a DOCTYPE is not allowed in domain XML"),
          translation(
              "The element type \"(.*?)\" must be terminated by the matching end-tag.*",
              "element '$1' is not closed before another end tag"),
          translation(
              "The end-tag for element type \"(.*?)\" must end with a '>' delimiter.*",
              "the end tag of '$1' is not closed with '>'"),
          translation(
              "Element type \"(.*?)\" must be followed by either attribute specifications.*",
              "the start tag of '$1' is not closed with '>'"),
          translation(
              "Open quote is expected for attribute \"(.*?)\".*",
              "the value of attribute '$1' must be in quotes"),
          translation(
              "Attribute name \"(.*?)\" associated with an element type \"(.*?)\" must be followed"
                  + " by the ' = ' character.*",
              "attribute '$1' of '$2' must be followed by '=' and a value"),
          translation(
              "Attribute \"(.*?)\" was already specified for element \"(.*?)\".*",
              "attribute '$1' of '$2' is given twice"),
          translation(
              "The value of attribute \"(.*?)\" associated with an element type \"(.*?)\" must not"
                  + " contain the '<' character.*",
              "the value of attribute '$1' of '$2' is not closed with a quote"),
          translation(
              "The prefix \"(.*?)\" for element \"(.*?)\" is not bound.*",
              "the prefix '$1' of element '$2' is not declared with xmlns:$1"),
          translation(
              "The entity \"(.*?)\" was referenced, but not declared.*",
              "the entity '&$1;' is not known"),
          translation(
              "The entity name must immediately follow the '&'.*",
              "a '&' in text must be written '&amp;'"),
          translation(
              "The content of elements must consist of well-formed character data or markup.*",
              "a '<' in text must be written '&lt;'"));

  private XmlSyntax() {}

  private static Translation translation(String message, String plain) {
    return new Translation(Pattern.compile(message, Pattern.DOTALL), plain);
  }

  /** One sentence without a full stop. */
  static String problem(SAXParseException failure) {
    String message = String.valueOf(failure.getMessage());
    for (Translation translation : TRANSLATIONS) {
      Matcher matcher = translation.message().matcher(message);
      if (matcher.matches()) {
        return "malformed XML: " + matcher.replaceFirst(translation.plain());
      }
    }
    String plain = message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    return "malformed XML: " + plain;
  }
}
