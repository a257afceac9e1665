package org.xenoserver.ops.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Debian's cross compiler, and the C sources of the kernels.
 *
 * @param program the compiler
 * @param copier the program that makes flat files of ELF files
 */
record CrossCompiler(Path program, Path copier) {
  static final String PROGRAM = "riscv64-linux-gnu-gcc";
  static final String COPIER = "riscv64-linux-gnu-objcopy";

  private static final List<String> SHARED =
      List.of("start.S", "runtime.c", "runtime.h", "bytecode.h", "link.ld");

  private static final List<String> FLAGS =
      List.of(
          "-O2",
          "-march=rv64gc",
          "-mabi=lp64d",
          "-mcmodel=medany",
          "-static",
          "-nostdlib",
          "-ffreestanding",
          "-fno-pic",
          // Square roots are an instruction, and memcpy must not call itself.
          "-fno-math-errno",
          "-fno-tree-loop-distribute-patterns",
          "-Wall",
          "-Wextra",
          "-Wl,--build-id=none");

  /** Its own name for itself. */
  String version() throws BenchException, InterruptedException {
    return Programs.outputOf(List.of(program.toString(), "--version"))
        .lines()
        .findFirst()
        .orElse(program.toString());
  }

  /** Lays the sources out in a folder, for {@link #build}. */
  void unpack(Path folder) throws IOException {
    List<String> files = new ArrayList<>(SHARED);
    for (Kernel kernel : Kernel.values()) {
      files.add(kernel.title() + ".c");
    }
    for (String file : files) {
      try (InputStream in = CrossCompiler.class.getResourceAsStream("riscv/" + file)) {
        if (in == null) {
          throw new IllegalStateException("the resource " + file + " is missing from this build");
        }
        Files.copy(in, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** Compiles a kernel of an unpacked folder into the same, as an ELF and as a flat file. */
  Path build(Path folder, Kernel kernel) throws BenchException, InterruptedException {
    Path elf = folder.resolve(kernel.title() + ".elf");
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(FLAGS);
    command.addAll(List.of("-T", folder.resolve("link.ld").toString()));
    for (String source : List.of("start.S", "runtime.c", kernel.title() + ".c")) {
      command.add(folder.resolve(source).toString());
    }
    command.addAll(List.of("-o", elf.toString()));
    Programs.outputOf(command);
    Programs.outputOf(
        List.of(copier.toString(), "-O", "binary", elf.toString(), flat(elf).toString()));
    return elf;
  }

  /** Where the flat file of an ELF file is. */
  static Path flat(Path elf) {
    return elf.resolveSibling(elf.getFileName() + ".bin");
  }
}
