package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.Matrix;
import dev.fullrank.cuda.CudaAvailability;
import dev.fullrank.cuda.CudaContext;
import dev.fullrank.cuda.CudaQueue;
import dev.fullrank.cuda.CudaSession;
import dev.fullrank.cuda.CudaWorkspace;
import dev.fullrank.cuda.DeviceInput;
import dev.fullrank.cuda.DeviceOutput;
import dev.fullrank.cuda.HostTransfer;
import dev.fullrank.kernels.standin.Figure;
import dev.fullrank.kernels.standin.StandIn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Matrices of the host on their way to the device and back, in parts of pinned memory, on a device that does nothing before something
 * waits for it.
 */
class StagingTest {
  /** Parts of 4 MiB, of which there are four: a row of 1 MiB is a quarter of one. */
  private static final int COLUMNS = 1 << 18;

  private static final int ROWS_OF_PART = 4;
  private static final int RING = 4;

  /** More than the ring holds; the last part is not full. */
  private static final int PARTS = 7;

  private static final int ROWS = ROWS_OF_PART * (PARTS - 1) + 1;

  private final StandIn standIn = StandIn.fresh();
  private final CudaContext context = ((CudaAvailability.Available) CudaAvailability.get()).library().context(0);
  private final CudaWorkspace workspace = workspace();
  private final CudaQueue queue = context.queue();

  StagingTest() {
    standIn.deferred(true);
  }

  private static CudaWorkspace workspace() {
    CudaSession session = CudaSession.of(GPU);
    session.enter();
    return new CudaWorkspace(session);
  }

  @AfterEach
  void close() {
    queue.close();
    workspace.close();
    context.close();
    standIn.expectNoFault();
  }

  private DeviceInput input(HostTransfer transfer) {
    return new DeviceInput(workspace, transfer);
  }

  private DeviceInput input() {
    return input(StagingTest::copy);
  }

  private DeviceOutput output() {
    return new DeviceOutput(workspace, StagingTest::copy);
  }

  private static void copy(Matrix from, Matrix to) {
    for (int i = 0; i < from.rows(); i++) {
      for (int j = 0; j < from.columns(); j++) {
        to.set(i, j, from.get(i, j));
      }
    }
  }

  /** Numbers that say of which matrix, 0 or 1, and which entry they are. */
  private static float[] numbers(int which, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = which * 0x1p23f + i; // exact below 2^24
    }
    return values;
  }

  private static Matrix matrix(float[] values) {
    return Matrix.of(values, values.length / COLUMNS, COLUMNS);
  }

  /** Puts a copy of the input into the stream, as a kernel that reads it would be. */
  private Matrix compute(DeviceInput from, DeviceOutput to, Matrix like) {
    Matrix there = to.target(like);
    queue.useStream(workspace.stream());
    queue.copy(there.address(), from.onDevice().address(), (long) like.rows() * like.columns() * Float.BYTES);
    return there;
  }

  private boolean isThere(long address) {
    return standIn.memory().isWritten(address, 1);
  }

  @Test
  void aMatrixOfMorePartsThanTheRingHoldsArrivesAndComesBack() {
    float[] values = numbers(0, ROWS, COLUMNS);
    DeviceInput input = input();
    input.bring(matrix(values));
    Arrays.fill(values, -1); // the caller's memory has been read
    Matrix result = matrix(new float[values.length]);
    DeviceOutput output = output();
    compute(input, output, result);
    output.deliver(result);
    assertThat((float[]) result.array()).isEqualTo(numbers(0, ROWS, COLUMNS));
  }

  @Test
  void aRowMayBeLongerThanAPart() {
    int rows = RING + 2;
    int columns = ROWS_OF_PART * COLUMNS + 1000;
    float[] values = numbers(1, rows, columns);
    DeviceInput input = input();
    input.bring(Matrix.of(new float[15], 3, 5)); // a place for it is too small for a row of the next one
    input.bring(Matrix.of(values, rows, columns));
    Matrix result = Matrix.of(new float[values.length], rows, columns);
    DeviceOutput output = output();
    compute(input, output, result);
    output.deliver(result);
    assertThat((float[]) result.array()).isEqualTo(values);
  }

  @Test
  void theHostFillsAPartWhileThoseBeforeAreUnderWayAndWaitsForTheOneThatItOverwrites() {
    List<List<Integer>> arrived = new ArrayList<>();
    List<DeviceInput> inputs = new ArrayList<>();
    HostTransfer transfer = (from, to) -> {
      long address = inputs.getFirst().onDevice().address();
      List<Integer> parts = new ArrayList<>();
      for (int part = 0; part < PARTS; part++) {
        if (isThere(address + (long) part * ROWS_OF_PART * COLUMNS * Float.BYTES)) {
          parts.add(part);
        }
      }
      arrived.add(parts);
    };
    inputs.add(input(transfer));
    inputs.getFirst().bring(matrix(new float[ROWS * COLUMNS]));
    assertThat(arrived)
        .containsExactly(List.of(), List.of(), List.of(), List.of(), List.of(0), List.of(0, 1), List.of(0, 1, 2));
  }

  @Test
  void theHostEmptiesAPartWhileThoseBehindAreUnderWay() {
    List<Long> requested = new ArrayList<>();
    List<Double> found = new ArrayList<>();
    HostTransfer transfer = (from, to) -> {
      requested.add(standIn.figure(Figure.COPIES_TO_HOST));
      found.add(from.get(0, 0));
    };
    DeviceInput input = input();
    Matrix z = matrix(numbers(0, ROWS, COLUMNS));
    input.bring(z);
    DeviceOutput output = new DeviceOutput(workspace, transfer);
    compute(input, output, z);
    output.deliver(matrix(new float[ROWS * COLUMNS]));
    assertThat(requested).containsExactly(4L, 5L, 6L, 7L, 7L, 7L, 7L);
    for (int part = 0; part < PARTS; part++) {
      assertThat(found.get(part)).isEqualTo((double) part * ROWS_OF_PART * COLUMNS);
    }
  }

  @Test
  void anUploadComesAfterTheWorkOfTheEvaluationBefore() {
    DeviceInput input = input();
    DeviceOutput output = output();
    input.bring(matrix(numbers(0, ROWS, COLUMNS)));
    Matrix result = matrix(new float[ROWS * COLUMNS]);
    compute(input, output, result);
    input.release();
    input.bring(matrix(numbers(1, ROWS, COLUMNS)));
    output.deliver(result);
    assertThat((float[]) result.array()).isEqualTo(numbers(0, ROWS, COLUMNS));
    compute(input, output, result);
    input.bring(matrix(numbers(0, ROWS, COLUMNS))); // which also ends what was before
    output.deliver(result);
    assertThat((float[]) result.array()).isEqualTo(numbers(1, ROWS, COLUMNS));
  }

  @Test
  void workComesAfterTheUploadOfItsInput() {
    DeviceInput input = input();
    float[] values = numbers(0, ROWS, COLUMNS);
    input.bring(matrix(values));
    Matrix there = compute(input, output(), matrix(values));
    workspace.synchronize();
    float[] last = new float[COLUMNS];
    standIn.memory().copyOut(there.address() + (long) (ROWS - 1) * COLUMNS * Float.BYTES, last);
    assertThat(last).isEqualTo(Arrays.copyOfRange(values, (ROWS - 1) * COLUMNS, ROWS * COLUMNS));
  }

  @Test
  void anUploadGoesBesideTheWorkOnAnotherMatrixOfTheSameEvaluation() {
    DeviceInput first = input();
    DeviceInput second = input();
    Matrix z = matrix(numbers(0, ROWS, COLUMNS));
    for (int evaluation = 0; evaluation < 2; evaluation++) {
      first.bring(z);
      Matrix result = compute(first, output(), z);
      second.bring(z);
      assertThat(isThere(second.onDevice().address())).isTrue();
      assertThat(isThere(result.address())).isFalse();
      first.release();
      second.release();
    }
  }

  @Test
  void anUploadThatFailsOnTheHostLeavesNothingBehind() {
    int[] calls = {0};
    HostTransfer failing = (from, to) -> {
      if (++calls[0] == 3) {
        throw new IllegalStateException("the arena is closed");
      }
      copy(from, to);
    };
    DeviceInput input = input(failing);
    assertThatThrownBy(() -> input.bring(matrix(numbers(0, ROWS, COLUMNS)))).hasMessage("the arena is closed");
    input.release();
    input.bring(matrix(numbers(1, ROWS, COLUMNS)));
    Matrix result = matrix(new float[ROWS * COLUMNS]);
    DeviceOutput output = output();
    compute(input, output, result);
    output.deliver(result);
    assertThat((float[]) result.array()).isEqualTo(numbers(1, ROWS, COLUMNS));
  }

  @Test
  void nothingIsAllocatedOnceTheRingHasGoneRound() {
    DeviceInput input = input();
    DeviceOutput output = output();
    Matrix z = Matrix.of(numbers(0, 7, 5), 7, 5);
    Matrix result = Matrix.of(new float[35], 7, 5);
    for (int i = 0; i < 3 * RING; i++) {
      if (i == RING) {
        standIn.reset();
        standIn.deferred(true);
      }
      input.bring(z);
      compute(input, output, result);
      output.deliver(result);
      input.release();
    }
    assertThat((float[]) result.array()).isEqualTo((float[]) z.array());
    assertThat(standIn.calls("cuMemAlloc") + standIn.calls("cuMemHostAlloc") + standIn.calls("cuStreamCreate")).isZero();
    assertThat(standIn.calls("cuEventCreate")).isZero();
  }
}
