package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The sweep finds what comparing every pair finds, and what it lets pass shares no element. */
@Tag("single")
class ListOverlapsTest {
  private static final int SIZE = 200;

  private final Random random = new Random(11);

  @Test
  void theSweepFindsWhatAllPairsFind() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] memory = {
        MemorySegment.ofArray(new double[SIZE]),
        MemorySegment.ofArray(new double[SIZE]),
        MemorySegment.ofArray(new double[SIZE]).asReadOnly(),
        arena.allocate(SIZE * 8),
        arena.allocate(SIZE * 8)
      };
      int accepted = 0;
      ListOverlaps overlaps = new ListOverlaps();
      for (int round = 0; round < 20_000; round++) {
        int n = 1 + random.nextInt(4);
        Matrix[] inputs = new Matrix[n];
        Matrix[] gradients = new Matrix[n];
        for (int i = 0; i < n; i++) {
          inputs[i] = view(memory[random.nextInt(memory.length)]);
          int writable = random.nextInt(memory.length - 1);
          gradients[i] = view(memory[writable < 2 ? writable : writable + 1]);
        }
        boolean passes = passes(overlaps, inputs, gradients);
        assertThat(passes).as("round %d", round).isEqualTo(allPairsPass(inputs, gradients));
        accepted += passes ? 1 : 0;
      }
      assertThat(accepted).isBetween(1000, 19_000);
    }
  }

  @Test
  void theReadOnlyViewOfAnArrayIsTheArray() {
    MemorySegment array = MemorySegment.ofArray(new double[SIZE]);
    Matrix[] inputs = {Matrix.of(array.asReadOnly(), ElementType.FLOAT64, 2, 2)};
    Matrix[] gradients = {Matrix.of(array, ElementType.FLOAT64, 2, 2)};
    assertThat(passes(new ListOverlaps(), inputs, gradients)).isFalse();
  }

  @Test
  void viewsThatInterleaveShareNoElement() {
    MemorySegment memory = MemorySegment.ofArray(new double[SIZE]);
    int interleaved = 0;
    for (int round = 0; round < 100_000; round++) {
      long rowStride = 1L + random.nextInt(12);
      long columnStride = random.nextBoolean() ? 1 : 1L + random.nextInt(12);
      Matrix a = strided(memory, rowStride, columnStride);
      Matrix b = strided(memory, rowStride, columnStride);
      if (a != null && b != null && a.overlaps(b) && ListOverlaps.interleave(a, b)) {
        interleaved++;
        Set<Long> elements = elements(a);
        elements.retainAll(elements(b));
        assertThat(elements).as("%s at %d and %s at %d", a, a.segment().address(), b, b.segment().address()).isEmpty();
      }
    }
    assertThat(interleaved).isGreaterThan(1000);
  }

  private Matrix view(MemorySegment memory) {
    int rows = 1 + random.nextInt(3);
    int columns = 1 + random.nextInt(4);
    int rowStride = columns + random.nextInt(8);
    return Matrix.of(memory, ElementType.FLOAT64, random.nextInt(SIZE - 3 * 12), rows, columns, rowStride);
  }

  /** Null where these numbers make no matrix. */
  private @Nullable Matrix strided(MemorySegment memory, long rowStride, long columnStride) {
    try {
      int rows = 1 + random.nextInt(4);
      int columns = 1 + random.nextInt(4);
      long offset = random.nextInt(40);
      return Matrix.strided(memory, ElementType.FLOAT64, ByteOrder.nativeOrder(), offset, rows, columns, rowStride, columnStride);
    } catch (IllegalArgumentException overlapsItself) {
      return null;
    }
  }

  private static Set<Long> elements(Matrix m) {
    Set<Long> elements = new HashSet<>();
    for (int i = 0; i < m.rows(); i++) {
      for (int j = 0; j < m.columns(); j++) {
        elements.add(m.segment().address() / 8 + i * m.rowStride() + j * m.columnStride());
      }
    }
    return elements;
  }

  private static boolean passes(ListOverlaps overlaps, Matrix[] inputs, Matrix[] gradients) {
    try {
      overlaps.check(inputs, gradients, inputs.length);
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  private static boolean allPairsPass(Matrix[] inputs, Matrix[] gradients) {
    for (int g = 0; g < gradients.length; g++) {
      for (Matrix input : inputs) {
        if (gradients[g].overlaps(input)) {
          return false;
        }
      }
      for (int h = 0; h < g; h++) {
        if (gradients[g].overlaps(gradients[h]) && !ListOverlaps.interleave(gradients[g], gradients[h])) {
          return false;
        }
      }
    }
    return true;
  }
}
