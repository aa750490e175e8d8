package dev.fullrank.jmh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fullrank.ElementType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each library, in its own process as in a run, gives the right answer on small shapes, wide and tall. */
class RivalsTest {
  private static final List<Shape> SHAPES = List.of(new Shape(7, 19), new Shape(19, 7), new Shape(12, 12));
  private static final Effort SHORT = new Effort(1, 1, 1, 10, 100);

  @TempDir Path folder;

  private Results run(Implementation implementation, List<String> options, List<Problem> problems) {
    Results results = new Results();
    List<String> jvm = new ArrayList<>(List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
        "-Dorg.bytedeco.javacpp.cachedir=target/natives/javacpp"));
    jvm.addAll(options);
    Map<String, String> environment =
        Map.of("DJL_OFFLINE", "true", "OPT_OUT_TRACKING", "true", "DJL_CACHE_DIR", "target/natives/djl");
    Consumer<Problem> nothing = _ -> {};
    try (Team team = new Team(jvm, environment, folder)) {
      team.start(EnumSet.of(implementation), results);
      new Session(team, SHORT, folder, results).run(problems, EnumSet.of(implementation), nothing);
    }
    return results;
  }

  private static List<Problem> problems(Implementation implementation) {
    List<Problem> problems = new ArrayList<>();
    for (ElementType type : List.of(ElementType.FLOAT32, ElementType.FLOAT64)) {
      for (Operation operation : List.of(Operation.SVMAX, Operation.HINGE, Operation.GEMM, Operation.SYRK)) {
        for (Direction direction : Direction.values()) {
          SHAPES.forEach(shape -> problems.add(new Problem(operation, direction, type, shape.b(), shape.d(), 1, 0)));
        }
      }
    }
    problems.removeIf(problem -> !implementation.offers(problem));
    return problems;
  }

  @ParameterizedTest
  @EnumSource
  void givesTheRightAnswer(Implementation implementation) {
    boolean isNative = EnumSet.of(Implementation.MKL, Implementation.OPENBLAS, Implementation.PYTORCH).contains(implementation);
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    assumeTrue(!isNative || platform.equals("Linux amd64"), "its native library is bundled for Linux on x86-64 alone");
    List<Problem> problems = problems(implementation);
    Results results = run(implementation, List.of(), problems);
    assertThat(results.absences()).isEmpty();
    assertThat(results.rows()).extracting(Row::problem).containsExactlyInAnyOrderElementsOf(problems);
    for (Row row : results.rows()) {
      // Of these shapes the rounding is far below what is allowed for the largest.
      assertThat(row.accuracy().value()).as(row.toString()).isLessThan(row.problem().isFloat() ? 1e-5 : 1e-13);
      if (row.problem().wantsGradient()) {
        assertThat(row.accuracy().gradient()).as(row.toString()).isLessThan(row.problem().isFloat() ? 1e-4 : 1e-12);
      }
    }
  }

  @Test
  void aLibraryThatCannotBeLoadedIsNamed() {
    List<String> broken = List.of("-Dorg.bytedeco.javacpp.platform=nowhere-z80");
    Results results = run(Implementation.OPENBLAS, broken, problems(Implementation.OPENBLAS));
    assertThat(results.rows()).isEmpty();
    assertThat(results.absences()).hasSize(1).allSatisfy(absence -> {
      assertThat(absence.implementation()).isEqualTo(Implementation.OPENBLAS);
      assertThat(absence.reason()).contains("cannot be loaded").contains("UnsatisfiedLinkError");
    });
  }

  @Test
  void aWrongAnswerIsNoAgreement() {
    assertThat(new Accuracy(0, Double.NaN).agrees(true)).isTrue();
    assertThat(new Accuracy(1e-3, Double.NaN).agrees(true)).isFalse();
    assertThat(new Accuracy(0, 0.1).agrees(true)).isFalse();
    assertThat(new Accuracy(1e-6, 1e-6).agrees(false)).isFalse();
    assertThat(new Accuracy(Double.NaN, 0).agrees(true)).isFalse();
  }

  @Test
  void aWrongProductIsSeen() {
    Problem problem = new Problem(Operation.SYRK, Direction.FORWARD, ElementType.FLOAT64, 5, 9, 1, 0);
    Task task = new FullrankContender().prepare(problem);
    task.run();
    double[] right = task.result();
    assertThat(Accuracy.of(problem, fixed(right), null).value()).isLessThan(1e-14);
    right[7] *= 1 + 1e-3;
    assertThat(Accuracy.of(problem, fixed(right), null).value()).isGreaterThan(1e-6);
  }

  private static Task fixed(double[] result) {
    return new Task() {
      @Override
      public void run() {}

      @Override
      public double value() {
        return 0;
      }

      @Override
      public double[] result() {
        return result;
      }
    };
  }

  @Test
  void aSpectrumIsTheOneAskedFor() {
    Problem problem =
        new Problem(Operation.SVMAX, Direction.FORWARD_BACKWARD, ElementType.FLOAT64, 6, 11, 1, 1e3);
    double expected = 0;
    for (int i = 0; i < 6; i++) {
      expected += Math.pow(1e3, -i / 5.0) / 6;
    }
    assertThat(Reference.of(problem).value() / expected).isBetween(1 - 1e-6, 1 + 1e-6);
  }

  @Test
  void ratiosAreAgainstTheFastestRivalOnAsManyThreadsOrFewer() {
    Results results = new Results();
    Problem one = new Problem(Operation.GEMM, Direction.FORWARD, ElementType.FLOAT32, 8, 8, 1, 0);
    Accuracy right = new Accuracy(0, Double.NaN);
    results.add(new Row(one, Implementation.FULLRANK, 1, right));
    results.add(new Row(one, Implementation.MKL, 2, right));
    results.add(new Row(one.onThreads(2), Implementation.MKL, 3, right));
    assertThat(results.fastestRival(one)).isEqualTo(2);
    assertThat(results.fastestRival(one.onThreads(2))).isEqualTo(2);
    assertThat(results.peak(ElementType.FLOAT32, 1)).isEqualTo(2 * 8 * 8 * 8 / 1e6);
    assertThat(results.floor(one)).isEqualTo(1);
    assertThat(results.fastestRival(new Problem(Operation.GEMM, Direction.FORWARD, ElementType.FLOAT64, 8, 8, 1, 0))).isNaN();
  }

  @Test
  void aProblemTravelsAsALine() {
    Problem problem = new Problem(Operation.SVMAX, Direction.FORWARD_BACKWARD, ElementType.FLOAT64, 6, 11, 2, 1e5);
    assertThat(Problem.decode(problem.encode())).isEqualTo(problem);
    assertThatThrownBy(() -> Problem.decode("SVMAX")).isInstanceOf(RuntimeException.class);
  }
}
