/**
 * {@code xeno bench}: what this house does against its peers, measured side by side.
 *
 * <ul>
 *   <li>{@link org.xenoserver.ops.bench.BenchCommand}: the group; {@code CpuCommand}: {@code bench
 *       cpu}, its options and its order of work
 *   <li>{@code KernelBench}, {@code GuestBench}, {@code BootBench}: the three parts of {@code bench
 *       cpu}
 *   <li>{@code Kernel}, {@code CrossCompiler}, {@code KernelOutput}: our bare-metal programs, in C
 *       beside these classes; how they are built, what they print
 *   <li>{@code GuestCommand}, {@code GuestShell}: what runs in Debian, and how it is driven
 *   <li>{@code Emulator}: a machine under test and its command line; {@code XenoServer}, {@code
 *       Qemu}, {@code Rvvm}; {@code MachineSetup}: what it is to run
 *   <li>{@code Children}, {@code Child}: processes that end with this one, and what they say
 *   <li>{@code SecondDomainCommand}: several domains in one host's process, started for {@code
 *       BootBench}
 *   <li>{@code Statistics}, {@code Timings}, {@code Ratios}: medians, ratios, warm-up
 *   <li>{@code CpuReport} with its parts: the figures; {@code JsonReport}, {@code TextReport}: how
 *       they are written, by {@code ReportFormat}
 *   <li>{@code PlacementCommand}: {@code bench placement}; {@code PlacementSpeed} keeps a made-up
 *       cluster ({@code PlacementWorkload}) busy, {@code PackingQuality} compares with {@code
 *       ExactPacking}
 *   <li>{@code ClusterCommand}: {@code bench cluster}; {@code ClusterBench} runs daemons, {@code
 *       LightHosts} (in {@code LightHostGroup}s) and {@code CreateLoad}, then reads {@code
 *       TransactionLog} and {@code StoredCluster} into a {@code ClusterReport}
 * </ul>
 */
@NullMarked
package org.xenoserver.ops.bench;

import org.jspecify.annotations.NullMarked;
