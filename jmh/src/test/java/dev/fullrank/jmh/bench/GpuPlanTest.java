package dev.fullrank.jmh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fullrank.ElementType;
import dev.fullrank.jmh.bench.GpuPlan.Scale;
import dev.fullrank.kernels.gpu.Timing;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is measured on a GPU, and what follows from times. */
class GpuPlanTest {
  private static final Accuracy RIGHT = new Accuracy(0, 0);

  private static List<GpuProblem> problems(Scale scale, Direction... directions) {
    return new GpuPlan(
            EnumSet.allOf(GpuOperation.class), Set.of(directions), Set.of(ElementType.FLOAT32), List.of(), 1000, scale)
        .problems();
  }

  private static GpuProblem problem(GpuOperation operation, Direction direction, int count, int b, int d) {
    return new GpuProblem(operation, direction, ElementType.FLOAT32, count, new Shape(b, d));
  }

  private static GpuRow row(GpuProblem problem, GpuContender contender, double seconds) {
    return new GpuRow(problem, contender, new Timing(seconds, seconds, seconds, 3, 1), RIGHT);
  }

  @Test
  void aBatchHasNoForwardStepOfItsOwn() {
    List<GpuProblem> both = problems(Scale.NORMAL, Direction.FORWARD, Direction.FORWARD_BACKWARD);
    assertThat(both).contains(problem(GpuOperation.BATCH, Direction.FORWARD_BACKWARD, 1000, 64, 128));
    assertThat(both).contains(problem(GpuOperation.SVMAX, Direction.FORWARD, 1, 1024, 4096));
    assertThat(problems(Scale.FULL, Direction.FORWARD)).noneMatch(problem -> problem.operation() == GpuOperation.BATCH);
  }

  @Test
  void theLargestShapeIsForTheWholeGridAlone() {
    GpuProblem largest = problem(GpuOperation.SVMAX, Direction.FORWARD_BACKWARD, 1, 4096, 4096);
    assertThat(problems(Scale.FULL, Direction.FORWARD_BACKWARD)).contains(largest);
    assertThat(problems(Scale.NORMAL, Direction.FORWARD_BACKWARD)).doesNotContain(largest);
    assertThat(problems(Scale.QUICK, Direction.FORWARD_BACKWARD)).hasSizeLessThan(8).doesNotContain(largest);
  }

  @Test
  void problemsOnTheSameNumbersFollowEachOther() {
    List<GpuProblem> problems = problems(Scale.FULL, Direction.FORWARD, Direction.FORWARD_BACKWARD);
    long changes = 0;
    for (int i = 1; i < problems.size(); i++) {
      changes += problems.get(i).hasDataOf(problems.get(i - 1)) ? 0 : 1;
    }
    assertThat(changes + 1).isEqualTo(problems.stream().map(p -> p.operation() + " " + p.shape()).distinct().count());
  }

  @Test
  void eachContenderComputesWhatIsAsked() {
    assertThat(GpuContender.values())
        .filteredOn(c -> c.offers(problem(GpuOperation.HINGE, Direction.FORWARD, 1, 8, 8)))
        .containsExactly(GpuContender.FULLRANK, GpuContender.VARIANCE);
    assertThat(GpuContender.values())
        .filteredOn(c -> c.offers(problem(GpuOperation.BATCH, Direction.FORWARD_BACKWARD, 5, 8, 8)))
        .containsExactly(GpuContender.FULLRANK, GpuContender.SVDVALS);
  }

  /** Its formula is right where its values are off by 1.5e-4; ours would be wrong there, and so would double. */
  @Test
  void pyTorchMayBeOffByWhatSinglePrecisionCosts() {
    Accuracy rough = new Accuracy(1.5e-4, 1.7e-4);
    assertThat(GpuContender.SVDVALS.agrees(rough, true)).isTrue();
    assertThat(GpuContender.SVDVALS.agrees(new Accuracy(2e-3, 0), true)).isFalse();
    assertThat(GpuContender.SVDVALS.agrees(rough, false)).isFalse();
    assertThat(GpuContender.FULLRANK.agrees(rough, true)).isFalse();
    assertThat(GpuContender.JACOBI.agrees(rough, true)).isFalse();
  }

  @Test
  void theFloorIsOfTheOperationsAtTheRateOfTheProductAndOfTheHingeACopy() {
    GpuResults results = new GpuResults();
    results.setGemmRate(1e9);
    GpuProblem both = problem(GpuOperation.SVMAX, Direction.FORWARD_BACKWARD, 1, 10, 50); // n·k² = 5000
    assertThat(results.floor(both)).isCloseTo(0.015, within(1e-12));
    assertThat(results.floor(problem(GpuOperation.SVMAX, Direction.FORWARD, 1, 50, 10))).isCloseTo(0.005, within(1e-12));
    assertThat(results.floor(problem(GpuOperation.BATCH, Direction.FORWARD_BACKWARD, 4, 10, 50))).isCloseTo(0.06, within(1e-12));
    GpuRow ours = row(both, GpuContender.FULLRANK, 3e-5);
    GpuRow theirs = row(both, GpuContender.SVDVALS, 6e-4);
    assertThat(results.ratio(theirs)).isNaN();
    results.add(ours);
    results.add(theirs);
    assertThat(results.shareOfFloor(ours)).isCloseTo(0.5, within(1e-12));
    assertThat(results.ratio(theirs)).isCloseTo(20, within(1e-9));
    GpuProblem hinge = problem(GpuOperation.HINGE, Direction.FORWARD, 1, 10, 50);
    assertThat(results.floor(hinge)).isNaN();
    results.addCopy(hinge, 0.25);
    assertThat(results.shareOfFloor(row(hinge, GpuContender.FULLRANK, 1e-3))).isCloseTo(0.25, within(1e-12));
  }

  @Test
  void aWrongAnswerOrNoneOfOursIsNotClean() {
    GpuProblem problem = problem(GpuOperation.SVMAX, Direction.FORWARD, 1, 4, 4);
    GpuResults results = new GpuResults();
    results.addAbsence(GpuContender.JACOBI, problem, "not timed: a call takes 9 s");
    assertThat(results.isClean()).isTrue();
    results.addWrong(GpuContender.SVDVALS, problem, new Accuracy(1, Double.NaN));
    assertThat(results.isClean()).isFalse();
    GpuResults without = new GpuResults();
    without.addAbsence(GpuContender.FULLRANK, problem, "out of memory");
    assertThat(without.isClean()).isFalse();
  }
}
