/**
 * Physical CPUs that multiplex vCPUs.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.scheduler.cpu.CpuPool}: the processors of a host; start here
 *   <li>{@link org.xenoserver.vmm.scheduler.cpu.ScheduledDomain}: the vCPUs of one domain, to be
 *       paused, resumed and removed together, and what they used
 *   <li>{@link org.xenoserver.vmm.scheduler.cpu.CpuScheduler}: the policy, a pure data structure
 *   <li>{@link org.xenoserver.vmm.scheduler.cpu.BorrowedVirtualTime}: the first policy
 *   <li>{@code Processor}: one thread; {@code Dispatcher}: what it runs next; {@code RunQueues}:
 *       the queues, timers and wake-ups the processors share; {@code ScheduledVcpu}: one vCPU's
 *       state there
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.scheduler.cpu;

import org.jspecify.annotations.NullMarked;
