package org.xenoserver.clustermanager.placement;

import java.util.Arrays;

/** How many there are in each place; places with none cost nothing. Linear probing. */
final class Counts {
  private static final int VACANT = -1;

  private int[] places;
  private int[] numbers;
  private int size;

  Counts() {
    places = new int[8];
    numbers = new int[8];
    Arrays.fill(places, VACANT);
  }

  /** In how many places there are any. */
  int size() {
    return size;
  }

  int at(int place) {
    int mask = places.length - 1;
    for (int i = slot(place); ; i = (i + 1) & mask) {
      if (places[i] == place) {
        return numbers[i];
      }
      if (places[i] == VACANT) {
        return 0;
      }
    }
  }

  /** Adds to a place; a negative place, which is none, is left out. */
  void add(int place, int change) {
    if (place < 0) {
      return;
    }
    int mask = places.length - 1;
    int i = slot(place);
    while (places[i] != place && places[i] != VACANT) {
      i = (i + 1) & mask;
    }
    if (places[i] == VACANT) {
      places[i] = place;
      numbers[i] = change;
      size++;
      if (size * 2 > places.length) {
        grow();
      }
      return;
    }
    numbers[i] += change;
    if (numbers[i] == 0) {
      vacate(i);
    }
  }

  /** The places with any, in no order. */
  int[] places() {
    int[] found = new int[size];
    int next = 0;
    for (int place : places) {
      if (place != VACANT) {
        found[next++] = place;
      }
    }
    return found;
  }

  private int slot(int place) {
    return (place * 0x9E3779B9) >>> (Integer.numberOfLeadingZeros(places.length) + 1);
  }

  private void grow() {
    int[] oldPlaces = places;
    int[] oldNumbers = numbers;
    places = new int[oldPlaces.length * 2];
    numbers = new int[places.length];
    Arrays.fill(places, VACANT);
    size = 0;
    for (int i = 0; i < oldPlaces.length; i++) {
      if (oldPlaces[i] != VACANT) {
        add(oldPlaces[i], oldNumbers[i]);
      }
    }
  }

  /** Empties a slot and moves those after it that it kept from their own. */
  private void vacate(int hole) {
    int mask = places.length - 1;
    size--;
    for (int i = (hole + 1) & mask; places[i] != VACANT; i = (i + 1) & mask) {
      if (((i - slot(places[i])) & mask) >= ((i - hole) & mask)) {
        places[hole] = places[i];
        numbers[hole] = numbers[i];
        hole = i;
      }
    }
    places[hole] = VACANT;
  }
}
