package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.linalg.Operand;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DataTimesVectorTest {
  private static final int VECTORS = 3;

  @ParameterizedTest
  @MethodSource("dev.fullrank.cpu.CpuOpsTest#ops")
  void dataTimesVector(CpuOps ops) {
    for (int[] shape : CpuOpsTest.shapes()) {
      int m = shape[0];
      int n = shape[1];
      Operand y = CpuOpsTest.operand(m, n, ByteOrder.BIG_ENDIAN);
      double[] dense = Naive.dense(y);
      double[] x = Naive.random(VECTORS * n, 3);
      double[] w = Naive.random(VECTORS * m, 4);
      double[] forward = CpuOpsTest.poisoned(VECTORS * m);
      double[] backward = CpuOpsTest.poisoned(VECTORS * n);
      ops.multiplyData(y, false, VECTORS, x, forward);
      ops.multiplyData(y, true, VECTORS, w, backward);
      for (int v = 0; v < VECTORS; v++) {
        assertThat(CpuOpsTest.productRatio(part(forward, v, m), dense, part(x, v, n), m, n, 1)).as("%d × %d", m, n).isLessThanOrEqualTo(1);
        assertThat(CpuOpsTest.productRatio(part(backward, v, n), part(w, v, m), dense, 1, m, n)).as("%d × %d", m, n).isLessThanOrEqualTo(1);
      }
    }
  }

  private static double[] part(double[] vectors, int v, int n) {
    return Arrays.copyOfRange(vectors, v * n, (v + 1) * n);
  }
}
