package org.xenoserver.proto.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Loads a daemon's YAML configuration into a record. Every component of the record is a key;
 * unknown and repeated keys are refused; a component is optional if it has a {@link Default}, is
 * {@code @Nullable} or a list. Components may be text, numbers, booleans, paths, enums (written in
 * lower case), {@link java.time.Duration}, {@link DataSize}, {@link Endpoint}, lists of these and
 * nested records. A record checks its own rules in its constructor by throwing {@link
 * IllegalArgumentException} with a sentence that begins with the key at fault.
 */
public final class ConfigFile {
  private ConfigFile() {}

  /**
   * Loads a file.
   *
   * @throws ConfigException with one sentence naming the file, line, column, key and what is
   *     allowed
   */
  public static <T extends Record> T load(Path file, Class<T> type) throws ConfigException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException("cannot read configuration " + file + ": no such file");
    } catch (AccessDeniedException e) {
      throw new ConfigException("cannot read configuration " + file + ": permission denied");
    } catch (CharacterCodingException e) {
      throw new ConfigException("cannot read configuration " + file + ": not UTF-8 text");
    } catch (IOException e) {
      throw new ConfigException("cannot read configuration " + file + ": " + e.getMessage());
    }
    return parse(file.toString(), text, type);
  }

  /**
   * Binds text that was read elsewhere.
   *
   * @param name what errors call the text
   */
  public static <T extends Record> T parse(String name, String text, Class<T> type)
      throws ConfigException {
    return new RecordBinder(name).bind(YamlReader.read(name, text), type);
  }
}
