package dev.fullrank.kernels.contract;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where the one entry lies that decides a maximum, among so many.
 *
 * <p>Compilers let a thread take its terms four at a time and what is left one by one. So there are places for each term of a thread
 * that has nine, which is one and twice four, and of one that has three; and the last thread's, whose value passes through all steps of
 * the fold.
 */
record Place(int entries, int index) {
  private static final int MANY = 9;
  private static final int FEW = 3;

  /** Entries, such that some of so many threads have nine and the others eight. */
  static int most(int threads) {
    return entries(MANY, threads);
  }

  private static int entries(int terms, int threads) {
    return (terms - 1) * threads + threads / 5;
  }

  static List<Place> among(int threads) {
    Place ofLastThread = new Place(most(threads), threads - 1);
    return Stream.of(Stream.of(ofLastThread), each(MANY, threads), each(FEW, threads)).flatMap(places -> places).toList();
  }

  private static Stream<Place> each(int terms, int threads) {
    int entries = entries(terms, threads);
    return IntStream.range(0, terms).mapToObj(k -> new Place(entries, k * threads + (entries - 1) % threads));
  }

  @Override
  public String toString() {
    return index + " of " + entries;
  }
}
