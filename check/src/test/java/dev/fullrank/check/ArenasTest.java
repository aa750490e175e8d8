package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.NonFinitePolicy;
import dev.fullrank.Regularizer;
import java.lang.foreign.Arena;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Memory that only one thread may touch, and memory that is gone, at sizes on both sides of the threshold for sharing work. */
class ArenasTest {
  private static final int[][] SHAPES = Kind.DEVICE.isCuda() ? new int[][] {{6, 9}} : new int[][] {{6, 9}, {150, 260}};

  private static Matrix allocate(Arena arena, int rows, int columns) {
    return Matrix.of(arena.allocate((long) rows * columns * Double.BYTES, 64), ElementType.FLOAT64, rows, columns);
  }

  private static void fill(Matrix z) {
    TestMatrix data = Kind.data(z.rows(), z.columns());
    for (int i = 0; i < z.rows(); i++) {
      for (int j = 0; j < z.columns(); j++) {
        z.set(i, j, data.baseAt(i, j));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConfinedArenaWorksInItsOwnThreadAtAnySize(Kind kind) {
    for (int[] shape : SHAPES) {
      try (Arena arena = Arena.ofConfined(); Regularizer r = kind.create(3, NonFinitePolicy.THROW)) {
        Matrix z = allocate(arena, shape[0], shape[1]);
        fill(z);
        Matrix out = allocate(arena, shape[0], shape[1]);
        Bits expected = Kind.bits(r, Kind.data(shape[0], shape[1]).toMatrix());
        assertThat(new Bits(r.valueAndGradient(z, out), out)).as("both confined").isEqualTo(expected);
        assertThat(Kind.bits(r, z)).as("input confined").isEqualTo(expected);
        Matrix heap = Kind.data(shape[0], shape[1]).toMatrix();
        out.segment().fill((byte) 0xff);
        assertThat(new Bits(r.valueAndGradient(heap, out), out)).as("output confined").isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConfinedArenaIsRefusedInAnotherThread(Kind kind) {
    for (int[] shape : SHAPES) {
      try (Arena arena = Arena.ofConfined(); Regularizer r = kind.create(3, NonFinitePolicy.THROW)) {
        Matrix z = allocate(arena, shape[0], shape[1]);
        fill(z);
        CompletableFuture<Bits> elsewhere = CompletableFuture.supplyAsync(() -> Kind.bits(r, z), Thread::startVirtualThread);
        assertThatThrownBy(elsewhere::join)
            .isInstanceOf(CompletionException.class)
            .hasCauseInstanceOf(WrongThreadException.class);
        assertThat(Kind.bits(r, z)).as("usable afterwards").isEqualTo(Kind.bits(r, Kind.data(shape[0], shape[1]).toMatrix()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClosedArenaIsRefusedAndTheRegularizerStaysUsable(Kind kind) {
    for (int[] shape : SHAPES) {
      try (Regularizer r = kind.create(3, NonFinitePolicy.THROW)) {
        Matrix heap = Kind.data(shape[0], shape[1]).toMatrix();
        Bits expected = Kind.bits(r, heap);
        Matrix gone;
        try (Arena arena = Arena.ofShared()) {
          gone = allocate(arena, shape[0], shape[1]);
          fill(gone);
        }
        assertThatThrownBy(() -> Kind.bits(r, gone)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> r.value(gone)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> r.forward(gone)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> r.valueAndGradient(heap, gone)).isInstanceOf(IllegalStateException.class);
        assertThat(Kind.bits(r, heap)).isEqualTo(expected);
      }
    }
  }
}
