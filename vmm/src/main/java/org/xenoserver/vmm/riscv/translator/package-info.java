/**
 * Guest code to JVM bytecode.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.riscv.translator.Translator} decides what is translated, when,
 *       and how well; {@code RegionMaker} makes a region of a request, {@code HostCompiler} has the
 *       JVM compile it, {@code Compilations} are those under way, {@code InstalledRegions} those
 *       that harts enter.
 *   <li>{@code RegionPlanner} finds the blocks of a region and makes a {@code RegionPlan} of them.
 *   <li>{@code RegionEmitter} turns a plan into a class; {@code IntegerEmitter}, {@code
 *       MemoryEmitter}, {@code FloatEmitter} and {@code SystemEmitter} know the instructions,
 *       {@code RegionFrame} the local variables, {@code RegisterVariables} which guest register is
 *       in which of them, {@code KeptPages} those of the pages last accessed ({@code LoadedValues}
 *       says by which accesses), {@code WaysOut} how a region is left.
 *   <li>{@code ClassBytes} writes class files.
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.riscv.translator;

import org.jspecify.annotations.NullMarked;
