package org.xenoserver.vmm.run;

import java.io.IOException;
import java.util.EnumSet;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * This process's terminal in raw mode: every key goes to the guest, Ctrl-C too. Closing puts the
 * mode back, once.
 */
final class RawTerminal implements AutoCloseable {
  private final Terminal terminal;
  private final Attributes before;
  private boolean closed;

  /** Switches the terminal on standard input to raw mode. */
  RawTerminal() throws IOException {
    terminal =
        TerminalBuilder.builder()
            .system(true)
            .systemOutput(TerminalBuilder.SystemOutput.ForcedSysOut)
            .provider("ffm")
            .type("ansi")
            .dumb(false)
            .nativeSignals(false)
            .graphemeCluster(false)
            .paused(true)
            .build();
    before = terminal.getAttributes();
    Attributes raw = new Attributes(before);
    raw.setLocalFlags(
        EnumSet.of(LocalFlag.ICANON, LocalFlag.ECHO, LocalFlag.ISIG, LocalFlag.IEXTEN), false);
    raw.setInputFlags(
        EnumSet.of(
            InputFlag.IXON,
            InputFlag.ICRNL,
            InputFlag.INLCR,
            InputFlag.IGNCR,
            InputFlag.BRKINT,
            InputFlag.ISTRIP),
        false);
    raw.setControlChar(ControlChar.VMIN, 1);
    raw.setControlChar(ControlChar.VTIME, 0);
    terminal.setAttributes(raw);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      terminal.setAttributes(before);
      terminal.close();
    } catch (IllegalStateException e) {
      // On a signal the library's own hook may have put the mode back first.
      return;
    } catch (IOException e) {
      // The mode is back; a pseudo-terminal whose other end has gone answers its close with EIO.
      return;
    }
  }
}
