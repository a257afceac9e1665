package org.xenoserver.vmm.riscv;

/**
 * That a region can be entered at an instruction of a page.
 *
 * @param index which of the region's entries
 * @param distance of the page from the region's page 0, in pages
 */
public record RegionEntry(TranslatedRegion region, int index, int distance) {}
