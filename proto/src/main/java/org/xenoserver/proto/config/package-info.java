/**
 * Configuration files of the daemons: YAML bound to validated records.
 *
 * <ul>
 *   <li>{@link org.xenoserver.proto.config.ConfigFile} loads a file into a record
 *   <li>{@link org.xenoserver.proto.config.Default} gives a key its default
 *   <li>{@link org.xenoserver.proto.config.ConfigException} is the one sentence an operator reads
 *   <li>{@link org.xenoserver.proto.config.Endpoint}, {@link org.xenoserver.proto.config.DataSize},
 *       {@link org.xenoserver.proto.config.Durations} are values with their units
 *   <li>{@link org.xenoserver.proto.config.ImagesFolder} is where images are by default
 * </ul>
 */
@NullMarked
package org.xenoserver.proto.config;

import org.jspecify.annotations.NullMarked;
