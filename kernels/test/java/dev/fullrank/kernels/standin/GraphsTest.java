package dev.fullrank.kernels.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Graphs of the stand-in: nothing runs while it is recorded, everything as often as it is launched, and what cannot be recorded is refused. */
class GraphsTest {
  private static final int INVALID_VALUE = 1;
  private static final int UNSUPPORTED = 900;
  private static final int INVALIDATED = 901;

  private final StandIn standIn = StandIn.fresh();
  private final DirectCuda cuda = new DirectCuda(standIn);
  private final long memory = cuda.upload(Real.DOUBLE, 1, 2);
  private final long stream = cuda.create("cuStreamCreate", 1);

  @AfterEach
  void close() {
    cuda.close();
  }

  private double first() {
    return cuda.download(Real.DOUBLE, memory, 1)[0];
  }

  private long record() {
    cuda.expect("cuStreamBeginCapture_v2", stream, 1);
    cuda.expect("cuMemsetD8Async", memory, (byte) 0, 8L, stream);
    cuda.expect("cuStreamEndCapture", stream, cuda.out());
    return cuda.out().get(ValueLayout.JAVA_LONG, 0);
  }

  @Test
  void whatIsRecordedRunsWhenItIsLaunched() {
    long graph = record();
    assertThat(first()).isEqualTo(1);
    long executable = cuda.create("cuGraphInstantiateWithFlags", graph, 0L);
    cuda.expect("cuGraphDestroy", graph);
    for (int i = 0; i < 2; i++) {
      cuda.expect("cuMemsetD8Async", memory, (byte) 1, 8L, stream);
      assertThat(first()).isNotZero();
      cuda.expect("cuGraphLaunch", executable, stream);
      cuda.expect("cuStreamSynchronize", stream);
      assertThat(first()).isZero();
    }
    cuda.expect("cuGraphExecDestroy", executable);
    assertThat(cuda.call("cuGraphLaunch", executable, stream)).isEqualTo(INVALID_VALUE);
    assertThat(standIn.figure(Figure.GRAPHS)).isZero();
  }

  @Test
  void whatCannotBeRecordedSpoilsIt() {
    assertThat(cuda.call("cuStreamBeginCapture_v2", 0L, 1)).isEqualTo(UNSUPPORTED);
    cuda.expect("cuStreamBeginCapture_v2", stream, 1);
    assertThat(cuda.call("cuMemAlloc_v2", cuda.out(), 8L)).isEqualTo(UNSUPPORTED);
    assertThat(cuda.call("cuStreamSynchronize", stream)).isEqualTo(UNSUPPORTED);
    assertThat(cuda.call("cuStreamEndCapture", stream, cuda.out())).isEqualTo(INVALIDATED);
    assertThat(cuda.call("cuStreamEndCapture", stream, cuda.out())).isEqualTo(INVALID_VALUE);
    cuda.expect("cuStreamSynchronize", stream);
    assertThat(standIn.figure(Figure.GRAPHS)).isZero();
  }
}
