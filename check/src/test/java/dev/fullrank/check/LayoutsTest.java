package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same numbers in any memory give the same bits; what lies between the rows is neither read nor written. */
class LayoutsTest {
  private static final int ROWS = 11;
  private static final int COLUMNS = 21;
  private static final int OFFSET = 3;
  private static final int STRIDE = 29;

  @TempDir Path folder;

  private static ByteOrder foreignOrder() {
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
  }

  /** Views of new memory of every sort, filled with NaN all over. */
  private Map<String, Matrix> views(ElementType type, Arena arena) throws IOException {
    int size = OFFSET + ROWS * STRIDE;
    int bytes = size * type.bytes();
    Map<String, Matrix> views = new LinkedHashMap<>();
    views.put("heap array", Matrix.of(MemorySegment.ofArray(new double[size]), type, ROWS, COLUMNS));
    views.put("offset and stride", Matrix.of(MemorySegment.ofArray(new double[size]), type, OFFSET, ROWS, COLUMNS, STRIDE));
    views.put("bytes on the heap", Matrix.of(MemorySegment.ofArray(new byte[bytes]), type, OFFSET, ROWS, COLUMNS, STRIDE));
    MemorySegment odd = MemorySegment.ofArray(new byte[bytes + 1]).asSlice(1);
    views.put("unaligned", Matrix.of(odd, type, 0, ROWS, COLUMNS, STRIDE));
    views.put("native", Matrix.of(arena.allocate(bytes), type, OFFSET, ROWS, COLUMNS, STRIDE));
    views.put("direct buffer", buffer(ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()), type));
    views.put("heap buffer", buffer(ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder()), type));
    views.put("other byte order", buffer(ByteBuffer.allocateDirect(bytes).order(foreignOrder()), type));
    views.put("mapped file", Matrix.of(map(bytes, type, arena), type, OFFSET, ROWS, COLUMNS, STRIDE));
    views.put("column-major", Matrix.columnMajor(MemorySegment.ofArray(new double[size]), type, ROWS, COLUMNS));
    Matrix wide = Matrix.of(MemorySegment.ofArray(new double[COLUMNS * 17]), type, 2, COLUMNS, ROWS, 17);
    views.put("transposed view", wide.transposed());
    Matrix twoStrides = Matrix.strided(
        MemorySegment.ofArray(new double[3 * size]), type, ByteOrder.nativeOrder(), 5, ROWS, COLUMNS, 2 * STRIDE, 2);
    views.put("two strides", twoStrides);
    views.values().forEach(LayoutsTest::poison);
    return views;
  }

  private static Matrix buffer(ByteBuffer buffer, ElementType type) {
    buffer.position(OFFSET * type.bytes());
    return Matrix.of(buffer, type, 0, ROWS, COLUMNS, STRIDE);
  }

  private MemorySegment map(int bytes, ElementType type, Arena arena) throws IOException {
    Set<StandardOpenOption> options = Set.of(
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING);
    try (FileChannel channel = FileChannel.open(folder.resolve(type + ".bin"), options)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
    }
  }

  /** All bits set: a NaN in every type and either byte order, and recognisable as untouched. */
  private static void poison(Matrix view) {
    view.segment().fill((byte) 0xff);
  }

  /** Whether every byte of the view's memory that belongs to no element is still poisoned. */
  private static boolean gapsUntouched(Matrix view) {
    MemorySegment copy = MemorySegment.ofArray(view.segment().toArray(ValueLayout.JAVA_BYTE));
    int bytes = view.type().bytes();
    for (int i = 0; i < view.rows(); i++) {
      for (int j = 0; j < view.columns(); j++) {
        copy.asSlice((i * view.rowStride() + j * view.columnStride()) * bytes, bytes).fill((byte) 0xff);
      }
    }
    for (long at = 0; at < copy.byteSize(); at++) {
      if (copy.get(ValueLayout.JAVA_BYTE, at) != (byte) 0xff) {
        return false;
      }
    }
    return true;
  }

  private static Matrix readOnly(Matrix z) {
    return Matrix.strided(
        z.segment().asReadOnly(), z.type(), z.order(), 0, z.rows(), z.columns(), z.rowStride(), z.columnStride());
  }

  @ParameterizedTest
  @EnumSource
  void inputsInAnyMemoryGiveTheSameBits(Kind kind) throws IOException {
    for (ElementType type : ElementType.values()) {
      TestMatrix data = Kind.data(ROWS, COLUMNS);
      try (Arena arena = Arena.ofShared(); Regularizer r = kind.create()) {
        Bits expected = Kind.bits(r, data.toMatrix(type));
        assertThat(expected.value()).isFinite();
        for (Map.Entry<String, Matrix> view : views(type, arena).entrySet()) {
          Matrix z = view.getValue();
          copy(data.toMatrix(type), z);
          assertThat(Kind.bits(r, readOnly(z))).as("%s, %s", view.getKey(), type).isEqualTo(expected);
          assertThat(gapsUntouched(z)).as("%s, %s", view.getKey(), type).isTrue();
          assertThat(r.value(z)).isEqualTo(r.value(data.toMatrix(type)));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void outputsInAnyMemoryAreRoundedOnceAndTheirGapsUntouched(Kind kind) throws IOException {
    Matrix z = Kind.data(ROWS, COLUMNS).toMatrix(ElementType.FLOAT32);
    try (Arena arena = Arena.ofShared(); Regularizer r = kind.create()) {
      double[] exact = Kind.bits(r, z).gradient();
      for (ElementType type : ElementType.values()) {
        Matrix rounded = TestMatrix.newMatrix(type, ROWS, COLUMNS);
        for (int i = 0; i < exact.length; i++) {
          rounded.set(i / COLUMNS, i % COLUMNS, exact[i]);
        }
        for (Map.Entry<String, Matrix> view : views(type, arena).entrySet()) {
          Matrix out = view.getValue();
          r.valueAndGradient(z, out);
          assertThat(Reference.values(out)).as("%s, %s", view.getKey(), type).isEqualTo(Reference.values(rounded));
          assertThat(gapsUntouched(out)).as("%s, %s", view.getKey(), type).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void outputsThatCannotBeWrittenAreRefused(Kind kind) {
    double[] memory = new double[2 * ROWS * COLUMNS];
    Matrix z = Matrix.of(memory, ROWS, COLUMNS);
    copy(Kind.data(ROWS, COLUMNS).toMatrix(), z);
    Matrix shifted = Matrix.of(memory, 7, ROWS, COLUMNS, COLUMNS);
    Matrix sealed = readOnly(TestMatrix.newMatrix(ElementType.FLOAT64, ROWS, COLUMNS));
    Matrix wrong = TestMatrix.newMatrix(ElementType.FLOAT64, COLUMNS, ROWS);
    Matrix beside = Matrix.of(memory, ROWS * COLUMNS, ROWS, COLUMNS, COLUMNS);
    try (Regularizer r = kind.create(); Evaluation evaluation = r.forward(z)) {
      for (Matrix out : new Matrix[] {z, shifted, sealed, wrong}) {
        assertThatThrownBy(() -> r.valueAndGradient(z, out)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> evaluation.gradient(1, out)).isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> r.valueAndGradient(z, wrong)).hasMessageContaining("21×11").hasMessageContaining("11×21");
      Bits expected = Kind.bits(r, z);
      assertThat(new Bits(r.valueAndGradient(z, beside), beside)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void backwardIsForwardTimesUpstreamAndMayBeRepeated(Kind kind) {
    Matrix z = Kind.data(ROWS, COLUMNS).toMatrix();
    Matrix out = TestMatrix.newMatrix(ElementType.FLOAT64, ROWS, COLUMNS);
    try (Regularizer r = kind.create(); Evaluation evaluation = r.forward(z)) {
      Bits once = Kind.bits(r, z);
      evaluation.gradient(1, out);
      assertThat(new Bits(evaluation.value(), out)).isEqualTo(once);
      evaluation.gradient(-2, out);
      double[] doubled = Reference.values(out);
      for (int i = 0; i < doubled.length; i++) {
        doubled[i] /= -2;
      }
      assertThat(doubled).isEqualTo(once.gradient());
      evaluation.gradient(0, out);
      assertThat(Arrays.stream(Reference.values(out)).allMatch(entry -> entry == 0)).isTrue();
    }
  }

  private static void copy(Matrix from, Matrix to) {
    for (int i = 0; i < from.rows(); i++) {
      for (int j = 0; j < from.columns(); j++) {
        to.set(i, j, from.get(i, j));
      }
    }
  }
}
