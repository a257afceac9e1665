package org.xenoserver.integrationtests;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of ARCHITECTURE.md that can be read off the compiled classes. */
final class ArchitectureTest {
  private static final String ROOT = "org.xenoserver";
  private static final String GENERATED = ROOT + ".proto.v1";

  /** Each module, and the modules it may use. */
  private static final Map<String, Set<String>> MODULES =
      Map.of(
          "proto", Set.of(),
          "vmm", Set.of(),
          "accounting", Set.of("proto"),
          "host-agent", Set.of("proto", "vmm"),
          "cluster-manager", Set.of("proto", "accounting"),
          "ops", Set.of("proto", "vmm", "accounting", "host-agent", "cluster-manager"));

  /** Imported once, since it takes most of the time. */
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private static Stream<Arguments> modules() {
    return MODULES.entrySet().stream().map(entry -> arguments(entry.getKey(), entry.getValue()));
  }

  private static String packageOf(String module) {
    return ROOT + "." + module.replace("-", "");
  }

  @Test
  void shouldConsistOfTheModulesOfTheTable() throws IOException {
    Matcher module =
        Pattern.compile("<module>([^<]+)</module>")
            .matcher(Files.readString(Checkout.file("pom.xml")));
    Set<String> expected = new TreeSet<>(MODULES.keySet());
    expected.add("integration-tests");
    assertThat(module.results().map(found -> found.group(1))).hasSameElementsAs(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modules")
  void shouldOnlyUseModulesThatTheTableAllows(String module, Set<String> allowed) {
    String[] others =
        MODULES.keySet().stream()
            .filter(other -> !other.equals(module) && !allowed.contains(other))
            .map(other -> packageOf(other) + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(packageOf(module) + "..")
        .should()
        .dependOnClassesThat(resideInAnyPackage(others))
        .allowEmptyShould(false)
        .check(CLASSES);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modules")
  void shouldKeepAModuleInThePackageOfItsName(String module) {
    List<JavaClass> ofModule =
        CLASSES.stream()
            .filter(type ->
                type.getSource()
                    .orElseThrow()
                    .getUri()
                    .toString()
                    .contains("/" + module + "/target/"))
            .toList();
    assertThat(ofModule)
        .isNotEmpty()
        .allSatisfy(
            type -> assertThat(type.getPackageName() + ".").startsWith(packageOf(module) + "."));
  }

  @Test
  void shouldLeaveTheVmmFreeOfTheCluster() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".vmm..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.grpc..",
            "com.google..",
            "org.apache..",
            "io.micrometer..",
            "io.prometheus..",
            "io.netty..")
        .check(CLASSES);
  }

  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void shouldDeclareEveryPackageNullMarked() {
    Set<String> unmarked =
        CLASSES.stream()
            .map(JavaClass::getPackage)
            .filter(found -> !found.getName().equals(GENERATED))
            .filter(found ->
                found
                    .tryGetPackageInfo()
                    .filter(info -> info.isAnnotatedWith(NullMarked.class))
                    .isEmpty())
            .map(JavaPackage::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(unmarked).isEmpty();
  }

  @Test
  void shouldNameClassesForWhatTheyAre() {
    noClasses()
        .that(doNotHaveName("ClusterManager"))
        .and()
        .resideOutsideOfPackage(GENERATED)
        .should(
            be(
                simpleNameMatching(
                    ".*(Manager|Helper|Helpers|Util|Utils|Utilities|Impl|Common|Misc)\\d*")))
        .check(CLASSES);
  }

  @Test
  void shouldNamePackagesForTheirConcern() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..impl..", "..util..", "..utils..", "..model..", "..common..", "..helper..")
        .check(CLASSES);
  }

  @Test
  void shouldOnlyHaveFinalOrSealedClasses() {
    DescribedPredicate<JavaClass> open =
        DescribedPredicate.describe(
            "open to subclasses of strangers",
            type ->
                !type.isInterface()
                    && !type.isEnum()
                    && !type.getModifiers().contains(JavaModifier.FINAL)
                    && !type.getModifiers().contains(JavaModifier.ABSTRACT)
                    && !type.isAnonymousClass());
    noClasses().that().resideOutsideOfPackage(GENERATED).should(be(open)).check(CLASSES);
  }

  @Test
  void shouldLogThroughSlf4jAlone() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.logging.Logger")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.System$Logger")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("ch.qos.logback..", "org.apache.logging..", "org.apache.log4j..")
        .check(CLASSES);
  }

  @Test
  void shouldLeaveStandardOutputToCommands() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".ops..", ROOT + ".vmm.run..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(CLASSES);
  }

  @Test
  void shouldWaitForConditionsRatherThanSleep() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", Duration.class)
        .check(CLASSES);
  }

  /** The packages with the logic; a module's own package is where real clocks are put in. */
  @Test
  void shouldTakeTimeAndChanceFromOutsideInTheControlPlane() {
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + ".clustermanager.*..",
            ROOT + ".accounting.*..",
            ROOT + ".hostagent.*..",
            ROOT + ".vmm.scheduler..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(LocalDateTime.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(InstantSource.class, "system")
        .orShould()
        .callMethod(Math.class, "random")
        .check(CLASSES);
  }

  @Test
  void shouldKeepUnsafeInOneClass() {
    noClasses()
        .that(DescribedPredicate.not(simpleName("RawMemory")))
        .should()
        .dependOnClassesThat(simpleName("Unsafe"))
        .check(CLASSES);
  }

  @Test
  void shouldOnlyLetTheProcessorAndTheRingsTouchRawMemory() {
    classes()
        .that(simpleName("RawMemory").and(resideInAPackage(ROOT + ".vmm.memory")))
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAnyPackage(ROOT + ".vmm.memory", ROOT + ".vmm.riscv..", ROOT + ".vmm.virtio")
        .allowEmptyShould(false)
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> simpleNameMatching(String expression) {
    Pattern pattern = Pattern.compile(expression);
    return DescribedPredicate.describe(
        "named like " + expression, type -> pattern.matcher(type.getSimpleName()).matches());
  }

  private static DescribedPredicate<JavaClass> doNotHaveName(String name) {
    return DescribedPredicate.describe(
        "are not called " + name, type -> !type.getSimpleName().equals(name));
  }
}
