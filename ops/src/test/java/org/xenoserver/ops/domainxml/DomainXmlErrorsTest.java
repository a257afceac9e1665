package org.xenoserver.ops.domainxml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every error is one sentence at the right place; {@code ^} in a document marks that place. */
final class DomainXmlErrorsTest {
  private static final String WHOLE =
      """
      <domain type="xenoserver">
        <name>alpha</name>
        <memory unit="MiB">64</memory>
        <os>
          <kernel>/k</kernel>
        </os>
      </domain>
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          <name>alpha</name>|^<memry>1</memry>|unknown element 'memry' in 'domain'; allowed are
          <kernel>/k</kernel>|^<kernal>/k</kernal>|unknown element 'kernal' in 'os'; allowed are type, loader, kernel, initrd, cmdline
          <name>alpha</name>|<name>a</name><vcpu>1</vcpu>^<name>b</name>|element 'name' may appear only once in 'domain'
          <name>alpha</name>|<name>a<!-- x -->^<b/></name>|unknown element 'b' in 'name'; it takes no elements
          <name>alpha</name>|<name>^-alpha</name>|name '-alpha' is not valid; it must be 1 to 63 of
          <name>alpha</name>|<name>^a b</name>|name 'a b' is not valid; it must be 1 to 63 of
          <name>alpha</name>|^<name/>|element 'name' is empty; it must be 1 to 63 of
          <name>alpha</name>|<name ^id="1">a</name>|unknown attribute 'id' of element 'name'
          <name>alpha</name>|<name>a</name>^stray|text is not allowed in element 'domain'
          <name>alpha</name>|<name>a</name><uuid>^12-34</uuid>|uuid '12-34' is not valid; it must be 32 hexadecimal digits
          <name>alpha</name>|<name>a</name><vcpu>^0</vcpu>|vcpu '0' is not valid; it must be a whole number from 1 to 128
          <name>alpha</name>|<name>a</name><vcpu>^129</vcpu>|vcpu '129' is not valid; it must be a whole number from 1 to 128
          <name>alpha</name>|<name>a</name><vcpu>^two</vcpu>|vcpu 'two' is not valid; it must be a whole number from 1 to 128
          >64<|>^0<|memory '0' is not valid; it must be a whole number greater than 0
          >64<|>^-1<|memory '-1' is not valid; it must be a whole number greater than 0
          >64<|> <!-- > --> ^64M <|memory '64M' is not valid; it must be a whole number greater than 0
          >64<|>^99999999999999<|memory '99999999999999' is too much; it must be at most 4 EiB
          unit="MiB"|^unit="MOB"|unit 'MOB' of element 'memory' is not valid; it must be one of b, KB, KiB
          unit="MiB"|^units="MiB"|unknown attribute 'units' of element 'memory'
          type="xenoserver"|^type="kvm"|type 'kvm' of element 'domain' is not valid; it must be xenoserver
          <kernel>/k</kernel>|<kernel>^vmlinuz</kernel>|kernel 'vmlinuz' is not valid; it must be image:NAME or an absolute path on the host
          <kernel>/k</kernel>|<kernel>/k</kernel><initrd>^../initrd</initrd>|initrd '../initrd' is not valid; it must be image:NAME or an absolute path
          <kernel>/k</kernel>|<kernel>/k</kernel><loader>^image:x</loader>|loader 'image:x' is not valid; it must be an absolute path on the host
          <kernel>/k</kernel>|<kernel>/k</kernel><type>^linux</type>|type 'linux' is not valid; it must be hvm
          <kernel>/k</kernel>|<kernel>/k</kernel><type ^arch='x86_64'>hvm</type>|arch 'x86_64' of element 'type' is not valid; it must be riscv64
          </os>|</os><devices>^<disk/></devices>|element 'source' is missing in 'disk'
          </os>|</os><devices><disk>^<source/></disk></devices>|element 'source' needs attribute 'file'
          </os>|</os><metadata xmlns:x='https://xenoserver.org/domain/1.0'><x:label key=' y=' ^y='1'/></metadata>|unknown attribute 'y' of element 'x:label'
          </os>|</os><devices><disk><source ^file='d.img'/></disk></devices>|file 'd.img' of element 'source' is not valid; it must be an absolute path
          </os>|</os><devices><disk ^type='block'><source file='/d'/></disk></devices>|type 'block' of element 'disk' is not valid; it must be file
          </os>|</os><devices><disk><source file='/d'/><driver ^type='qcow2'/></disk></devices>|type 'qcow2' of element 'driver' is not valid; it must be raw
          </os>|</os><devices><disk><source file='/d'/><target ^dev='sda'/></disk></devices>|dev 'sda' of element 'target' is not valid; it must be vda to vdz
          </os>|</os><devices><disk><source file='/d'/><target dev='vda'/></disk><disk><source file='/e'/><target ^dev='vda'/></disk></devices>|target 'vda' is taken by another disk of this domain
          </os>|</os><devices>^<interface/></devices>|unknown element 'interface' in 'devices'; allowed are disk, serial, console
          </os>|</os><devices><console/>^<console/></devices>|a second 'console'; every domain has exactly one serial console
          </os>|</os><metadata>^<label key='a'>b</label></metadata>|element 'label' in 'metadata' has no namespace
          </os>|</os><metadata xmlns:x='https://xenoserver.org/domain/1.0'>^<x:lable key='a'/></metadata>|unknown element 'x:lable' in 'metadata'; allowed are label, scheduling and placement
          </os>|</os><metadata xmlns:x='https://xenoserver.org/domain/1.0'><x:label key='a'/><x:label ^key='a'/></metadata>|label 'a' is given twice
          </os>|</os><metadata xmlns:x='https://xenoserver.org/domain/1.0'>^<x:label/></metadata>|element 'x:label' needs attribute 'key'
          </os>|</os><metadata xmlns:x='https://xenoserver.org/domain/1.0'><x:scheduling ^mcuAdvance='0'/></metadata>|mcuAdvance '0' of element 'x:scheduling' is not valid; it must be a whole number from 1 to 1000000
          </os>|</os><metadata xmlns:x='https://xenoserver.org/domain/1.0'><x:scheduling/>^<x:scheduling/></metadata>|element 'x:scheduling' may appear only once
          <name>alpha</name>|<!-- none -->|element 'name' is missing in 'domain'
          <kernel>/k</kernel>|<cmdline>x</cmdline>|element 'kernel' (or 'loader') is missing in 'os'
          """)
  void shouldSayWhatAndWhere(String original, String replacement, String sentence) {
    String document = WHOLE.replace(original, replacement);
    int mark = document.indexOf('^');
    if (mark < 0) {
      // What is missing is blamed on the element it should be in.
      mark = document.indexOf(sentence.contains("'os'") ? "<os>" : "<domain");
    }
    String before = document.substring(0, mark);
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    int column = mark - before.lastIndexOf('\n');
    for (String lineEnd : new String[] {"\n", "\r\n"}) {
      DomainXmlException error = refusal(document.replace("^", "").replace("\n", lineEnd));
      assertThat(error.getMessage()).startsWith("a.xml:" + line + ":" + column + ": " + sentence);
      assertThat(error.line()).isEqualTo(line);
      assertThat(error.column()).isEqualTo(column);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                              | the file is empty
          hello                           | the file does not begin with XML
          <domain>                        | the file ends in the middle of an element
          <domain><name></domain>         | element 'name' is not closed before another end tag
          <domain type=xenoserver/>       | the value of attribute 'type' must be in quotes
          <domain type/>                  | attribute 'type' of 'domain' must be followed by '=' and a value
          <domain a='1' a='2'/>           | attribute 'a' of 'domain' is given twice
          <domain><x:y/></domain>         | the prefix 'x' of element 'x:y' is not declared with xmlns:x
          <domain>a & b</domain>          | a '&' in text must be written '&amp;'
          <domain>&nbsp;</domain>         | the entity '&nbsp;' is not known
          <!DOCTYPE domain><domain/>      | a DOCTYPE is not allowed in domain XML
          """)
  void shouldSayWhatIsMalformed(String document, String sentence) {
    DomainXmlException error = refusal(document);
    assertThat(error.getMessage())
        .isEqualTo(
            "a.xml:%d:%d: malformed XML: %s", error.line(), error.column(), sentence.strip());
    assertThat(error.line()).isEqualTo(1);
    assertThat(error.column()).isBetween(1, document.length() + 1);
  }

  @Test
  void shouldRefuseWhatFollowsTheDocument() {
    assertThat(refusal(WHOLE + "<domain/>"))
        .hasMessage(
            "a.xml:8:2: malformed XML: there is a second element after the end of the document");
    assertThat(refusal(WHOLE + "text"))
        .hasMessage("a.xml:8:1: malformed XML: there is text after the end of the document");
  }

  @Test
  void shouldPointAtTheLineThatIsMalformed() {
    DomainXmlException error = refusal("<domain>\n  <name>a</nam>\n</domain>\n");
    assertThat(error.line()).isEqualTo(2);
    assertThat(error.getMessage()).endsWith("element 'name' is not closed before another end tag");
  }

  @Test
  void shouldNameTheRootThatIsAllowed() {
    assertThat(refusal("\n <domian/>"))
        .hasMessage("a.xml:2:2: unknown root element 'domian'; it must be 'domain' without xmlns");
  }

  @Test
  void shouldSpeakEnglishInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(refusal(WHOLE.replace("alpha", "-")).getMessage())
          .startsWith("a.xml:2:9: name '-' is not valid; it must be 1 to 63 of");
      assertThat(refusal("<domain>").getMessage())
          .endsWith("malformed XML: the file ends in the middle of an element");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void shouldNotOpenFilesADocumentNames(@TempDir Path folder) throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "beta");
    DomainXmlException error =
        refusal(
            "<!DOCTYPE domain [<!ENTITY s SYSTEM '"
                + secret.toUri()
                + "'>]>"
                + WHOLE.replace("alpha", "&s;"));
    assertThat(error).hasMessageEndingWith("a DOCTYPE is not allowed in domain XML");
  }

  private static DomainXmlException refusal(String document) {
    DomainXmlException error =
        catchThrowableOfType(
            DomainXmlException.class,
            () -> DomainXml.parse("a.xml", document.getBytes(StandardCharsets.UTF_8)));
    assertThat(error).as(document).isNotNull();
    return error;
  }
}
