package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the interpreter refers to is known before it is compiled. */
class InterpretationTest {
  @ParameterizedTest
  @ValueSource(
      classes = {
        Interpreter.class,
        OtherInstructions.class,
        MissedAccess.class,
        FloatingPointInstructions.class
      })
  void shouldInitializeEveryClassTheLoopMayComeTo(Class<?> type) throws IOException {
    Set<String> initialized =
        Interpretation.CALLED.stream().map(Class::getName).collect(Collectors.toSet());
    Set<String> unknown = new TreeSet<>();
    try (InputStream file = type.getResourceAsStream(type.getSimpleName() + ".class")) {
      for (var entry : ClassFile.of().parse(file.readAllBytes()).constantPool()) {
        if (entry instanceof ClassEntry reference && !reference.asInternalName().startsWith("[")) {
          unknown.add(reference.asInternalName().replace('/', '.'));
        }
      }
    }
    unknown.removeAll(initialized);
    unknown.removeAll(Set.of("java.lang.Object", Interpreter.class.getName()));
    assertThat(unknown).isEmpty();
  }
}
