package org.xenoserver.vmm.riscv;

/** What makes regions of code that is executed often. */
public interface RegionTranslator {
  /** A count of visits that no place reaches. */
  int NEVER = Short.MAX_VALUE + 1;

  /** Visits to a place by a jump after which {@link #translate} is asked; 0 before the first. */
  int visits();

  /**
   * Asks for a region that can be entered at a place. It may be there when the call returns, or
   * later, or never; it is entered into the pages by {@link CodePage#enter}.
   *
   * @param at the virtual address; its page is {@code code.page(at)}
   */
  void translate(CodeView code, long at);

  /** Asks for better code in place of a region that has passed its {@code reviewAt}. */
  void review(CodeView code, long at, TranslatedRegion region);

  /**
   * Says that another machine begins: what regions execute, of which depends whether they are to be
   * bettered, is counted anew.
   */
  default void machineBegins() {}

  /** Changes when regions were taken away: whoever knows any must forget them. */
  int evictions();

  /** Translates nothing. */
  RegionTranslator NONE =
      new RegionTranslator() {
        @Override
        public int visits() {
          return NEVER;
        }

        @Override
        public int evictions() {
          return 0;
        }

        @Override
        public void translate(CodeView code, long at) {}

        @Override
        public void review(CodeView code, long at, TranslatedRegion region) {}
      };
}
