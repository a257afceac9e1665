package org.xenoserver.vmm.riscv.translator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a region's code refers to is known before it is compiled. */
class HostUnsafeTest {
  /** Loads our classes anew, and tells which of any it has met. */
  private static final class Loader extends URLClassLoader {
    Loader() {
      super(new URL[] {Translator.class.getProtectionDomain().getCodeSource().getLocation()}, null);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      try {
        return super.findClass(name);
      } catch (ClassNotFoundException e) {
        return Class.forName(name);
      }
    }

    @Nullable Class<?> met(String name) {
      return findLoadedClass(name);
    }
  }

  @Test
  void shouldMeetTheClassOfMemoryAccessWhenATranslatorIsMade() throws Exception {
    try (Loader loader = new Loader()) {
      String accessedBy = HostUnsafe.OWNER.replace('/', '.');
      Class<?> mode = loader.loadClass(TranslationMode.class.getName());
      assertThat(loader.met(accessedBy)).isNull();
      loader
          .loadClass(Translator.class.getName())
          .getConstructor(mode)
          .newInstance(mode.getEnumConstants()[TranslationMode.ALWAYS.ordinal()]);
      assertThat(loader.met(accessedBy)).isNotNull();
    }
  }
}
