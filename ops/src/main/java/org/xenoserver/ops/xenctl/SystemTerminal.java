package org.xenoserver.ops.xenctl;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Attributes.OutputFlag;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The terminal of this process in raw mode (termios(3), cfmakeraw). */
final class SystemTerminal implements RawTerminal {
  private final Terminal terminal;
  private final Attributes before;
  private final Thread atExit = new Thread(this::restore, "restore-terminal");

  private SystemTerminal(Terminal terminal) {
    this.terminal = terminal;
    this.before = terminal.getAttributes();
    Runtime.getRuntime().addShutdownHook(atExit);
    Attributes raw = new Attributes(before);
    raw.setInputFlags(
        EnumSet.of(
            InputFlag.BRKINT,
            InputFlag.ISTRIP,
            InputFlag.INLCR,
            InputFlag.IGNCR,
            InputFlag.ICRNL,
            InputFlag.IXON),
        false);
    raw.setOutputFlag(OutputFlag.OPOST, false);
    raw.setLocalFlags(
        EnumSet.of(LocalFlag.ECHO, LocalFlag.ICANON, LocalFlag.ISIG, LocalFlag.IEXTEN), false);
    raw.setControlChar(ControlChar.VMIN, 1);
    raw.setControlChar(ControlChar.VTIME, 0);
    terminal.setAttributes(raw);
  }

  /** Takes the terminal, also when only standard output is redirected. */
  static Optional<RawTerminal> open() {
    try {
      Terminal terminal =
          TerminalBuilder.builder()
              .system(true)
              .systemOutput(TerminalBuilder.SystemOutput.SysOutOrSysErr)
              .ffm(true)
              .jni(false)
              .exec(false)
              .dumb(false)
              // Or it asks the terminal questions, and a late answer is typed into the guest.
              .graphemeCluster(false)
              .nativeSignals(false)
              .build();
      return Optional.of(new SystemTerminal(terminal));
    } catch (IOException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  private void restore() {
    terminal.setAttributes(before);
  }

  @Override
  public void close() {
    try {
      restore();
      Runtime.getRuntime().removeShutdownHook(atExit);
      terminal.close();
    } catch (IOException | IllegalStateException e) {
      // The terminal hung up, or the process is ending and the hook restores it.
      return;
    }
  }
}
