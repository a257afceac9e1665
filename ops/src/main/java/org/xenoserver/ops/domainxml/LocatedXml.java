package org.xenoserver.ops.domainxml;

import java.io.IOException;
import java.io.StringReader;
import java.net.URL;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import javax.xml.transform.Source;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.ValidatorHandler;
import org.jspecify.annotations.Nullable;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.XMLReader;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads a document into elements that know where they stood. Each event of the parser passes the
 * schema validator first; the first objection ends the reading. Nothing outside the document is
 * ever opened.
 */
final class LocatedXml extends DefaultHandler {
  private static final String DISALLOW_DOCTYPE =
      "http://apache.org/xml/features/disallow-doctype-decl";
  private static final String LOCALE = "http://apache.org/xml/properties/locale";

  private final String name;
  private final SourceText source;
  private final ValidatorHandler validator;
  private final List<String> objections = new ArrayList<>();
  private final Deque<XmlElement> open = new ArrayDeque<>();
  private @Nullable Locator locator;
  private @Nullable XmlElement root;

  /** The offset just behind the last tag. */
  private int tagEnd;

  private LocatedXml(String name, String text, ValidatorHandler validator) {
    this.name = name;
    this.source = new SourceText(text);
    this.validator = validator;
    validator.setErrorHandler(
        new DefaultHandler() {
          @Override
          public void error(SAXParseException objection) {
            objections.add(String.valueOf(objection.getMessage()));
          }

          @Override
          public void fatalError(SAXParseException objection) {
            error(objection);
          }
        });
  }

  /** Reads and validates; returns the root. */
  static XmlElement read(String name, String text) throws DomainXmlException {
    try {
      LocatedXml handler = new LocatedXml(name, text, validator());
      XMLReader reader = parser();
      reader.setContentHandler(handler);
      reader.setErrorHandler(handler);
      reader.setEntityResolver(handler);
      reader.parse(new InputSource(new StringReader(text)));
      return Objects.requireNonNull(handler.root);
    } catch (Refused e) {
      throw e.reason;
    } catch (SAXParseException e) {
      TextPosition position =
          new TextPosition(Math.max(1, e.getLineNumber()), Math.max(1, e.getColumnNumber()));
      throw new DomainXmlException(name, position, XmlSyntax.problem(e));
    } catch (SAXException | IOException | ParserConfigurationException e) {
      throw new IllegalStateException("the XML parser of this Java runtime failed", e);
    }
  }

  @SuppressWarnings("deprecation")
  private static XMLReader parser() throws ParserConfigurationException, SAXException {
    SAXParserFactory factory = SAXParserFactory.newDefaultNSInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setFeature(DISALLOW_DOCTYPE, true);
    XMLReader reader = factory.newSAXParser().getXMLReader();
    if (reader instanceof org.xml.sax.Parser parser) {
      // XmlSyntax reads the messages, so they must not follow the user's language.
      parser.setLocale(Locale.ROOT);
    }
    return reader;
  }

  private static ValidatorHandler validator() throws SAXException {
    SchemaFactory factory = SchemaFactory.newDefaultInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
    Source[] schemas = {resource("domain.xsd"), resource("domain-metadata.xsd")};
    ValidatorHandler validator = factory.newSchema(schemas).newValidatorHandler();
    // SchemaProblem reads the objections, so they must not follow the user's language.
    validator.setProperty(LOCALE, Locale.ROOT);
    return validator;
  }

  private static Source resource(String file) {
    URL url = Objects.requireNonNull(LocatedXml.class.getResource(file), file);
    try {
      return new StreamSource(url.openStream(), url.toExternalForm());
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the schema " + file, e);
    }
  }

  @Override
  public InputSource resolveEntity(@Nullable String publicId, @Nullable String systemId) {
    return new InputSource(new StringReader(""));
  }

  @Override
  public void fatalError(SAXParseException failure) throws SAXException {
    throw failure;
  }

  @Override
  public void setDocumentLocator(Locator documentLocator) {
    locator = documentLocator;
    validator.setDocumentLocator(documentLocator);
  }

  @Override
  public void startDocument() throws SAXException {
    validator.startDocument();
  }

  @Override
  public void endDocument() throws SAXException {
    validator.endDocument();
  }

  @Override
  public void startPrefixMapping(String prefix, String uri) throws SAXException {
    validator.startPrefixMapping(prefix, uri);
  }

  @Override
  public void endPrefixMapping(String prefix) throws SAXException {
    validator.endPrefixMapping(prefix);
  }

  @Override
  public void startElement(String uri, String localName, String qName, Attributes attributes)
      throws SAXException {
    XmlElement element = element(uri, localName, qName, attributes);
    validator.startElement(uri, localName, qName, attributes);
    XmlElement parent = open.peek();
    if (!objections.isEmpty()) {
      throw refuse(SchemaProblem.ofStartTag(objections, element, parent));
    }
    if (parent == null) {
      root = element;
    } else {
      parent.children.add(element);
    }
    open.push(element);
  }

  private XmlElement element(String uri, String localName, String qName, Attributes attributes) {
    tagEnd = hereOffset();
    int tagStart = source.tagStart(tagEnd);
    XmlElement element = new XmlElement(uri, localName, qName, source.position(tagStart));
    for (int i = 0; i < attributes.getLength(); i++) {
      String attribute = attributes.getQName(i);
      element.attributes.put(
          attribute,
          new XmlElement.Attribute(
              attributes.getValue(i), source.position(source.attributeStart(tagStart, attribute))));
    }
    return element;
  }

  @Override
  public void characters(char[] characters, int start, int length) throws SAXException {
    validator.characters(characters, start, length);
    XmlElement element = open.getFirst();
    boolean blankBefore = element.text().isEmpty();
    element.content.append(characters, start, length);
    if (blankBefore && !element.text().isEmpty()) {
      element.textPosition = source.position(source.contentStart(tagEnd));
    }
    if (!objections.isEmpty()) {
      throw refuse(SchemaProblem.ofEndTag(objections, element));
    }
  }

  @Override
  public void endElement(String uri, String localName, String qName) throws SAXException {
    tagEnd = hereOffset();
    validator.endElement(uri, localName, qName);
    XmlElement element = open.pop();
    if (!objections.isEmpty()) {
      throw refuse(SchemaProblem.ofEndTag(objections, element));
    }
  }

  private int hereOffset() {
    Locator here = Objects.requireNonNull(locator);
    return source.offset(here.getLineNumber(), here.getColumnNumber());
  }

  private Refused refuse(SchemaProblem problem) {
    return new Refused(new DomainXmlException(name, problem.position(), problem.sentence()));
  }

  /** Carries our own exception through the parser. */
  private static final class Refused extends SAXException {
    private static final long serialVersionUID = 1;
    private final DomainXmlException reason;

    Refused(DomainXmlException reason) {
      super(reason);
      this.reason = reason;
    }
  }
}
