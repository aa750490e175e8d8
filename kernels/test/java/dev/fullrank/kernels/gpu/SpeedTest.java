package dev.fullrank.kernels.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.cuda.CudaAvailability;
import dev.fullrank.cuda.CudaLibrary;
import dev.fullrank.kernels.gpu.FakeTorch.Behaviour;
import dev.fullrank.kernels.gpu.SpeedCase.Kind;
import dev.fullrank.kernels.standin.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeedTest {
  private final StandIn standIn = StandIn.fresh();
  private final Output output = new Output();

  private static CudaLibrary library() {
    return ((CudaAvailability.Available) CudaAvailability.get()).library();
  }

  @Test
  void everyKindIsVerifiedTimedAndReported(@TempDir Path folder) throws IOException {
    String python = FakeTorch.install(folder, Behaviour.RIGHT);
    Path json = folder.resolve("speed.json");
    List<SpeedCase> cases = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      cases.add(new SpeedCase(kind, 7, 12));
      cases.add(new SpeedCase(kind, 12, 7));
    }
    Checklist list = new Checklist(output.stream());
    Speed.run(library(), new SpeedPlan(cases, 1e-3, python, json), list, output.stream());
    assertThat(list.failures()).as(output::toString).isZero();
    standIn.expectNoFault();
    assertThat(output.toString())
        .contains("PyTorch 9.9 (CUDA 99)", "hinge, value awaited")
        .contains("variance 2500 (", "covariance 2500 (", "svdvals 2500 (", "nuclear 2500 (");
    assertThat(Files.readString(json))
        .contains("\"step\": \"SVMax, single precision\", \"b\": 7, \"d\": 12, \"microseconds\": ", "\"pytorch_svdvals_microseconds\"");
    assertThat(Files.readString(json).lines().filter(line -> line.contains("copyGigabytesPerSecond"))).hasSize(2);
  }

  @Test
  void withoutPyTorchOrWithAWrongOneThereAreTheLibrarysOwnTimes(@TempDir Path folder) throws IOException {
    for (Behaviour behaviour : List.of(Behaviour.WITHOUT_GPU, Behaviour.WRONG, Behaviour.FAILING)) {
      Path json = folder.resolve("speed.json");
      Checklist list = new Checklist(output.stream());
      List<SpeedCase> cases = List.of(new SpeedCase(Kind.HINGE_WITH_VALUE, 7, 12));
      Speed.run(library(), new SpeedPlan(cases, 1e-3, FakeTorch.install(folder, behaviour), json), list, output.stream());
      assertThat(list.failures()).isZero();
      assertThat(Files.readString(json)).contains("\"microseconds\"").doesNotContain("pytorch_variance");
    }
    assertThat(output.toString())
        .contains("nothing to compare with: torch 9.9 finds no GPU", "the gradient differs", "out of memory");
  }

  @Test
  void aWrongResultIsNotTimed() {
    Matrix z = HostMatrices.normal(ElementType.FLOAT32, 9, 5);
    Matrix gradient = HostMatrices.zeros(ElementType.FLOAT32, 9, 5);
    for (Term term : Term.values()) {
      try (Regularizer r = term.on(Gpu.DEVICE)) {
        double value = r.valueAndGradient(z, gradient);
        term.compare(z, value, gradient, 1e-6);
        assertThatThrownBy(() -> term.compare(z, value * 1.001, gradient, 1e-6)).hasMessageContaining("the value is");
        gradient.set(8, 4, gradient.get(8, 4) * 1.1);
        assertThatThrownBy(() -> term.compare(z, value, gradient, 1e-6)).hasMessageContaining("the gradient differs");
        assertThatThrownBy(() -> term.compare(z, Double.NaN, gradient, 1e-6)).hasMessageContaining("NaN");
      }
    }
  }

  @Test
  void targetsAreJudgedAndMissingOneIsNoFailure() {
    Timing timing = new Timing(14e-6, 13e-6, 15e-6, 10, 100);
    SpeedRow large = new SpeedRow(new SpeedCase(Kind.HINGE, SpeedPlan.LARGE_ROWS, SpeedPlan.LARGE_COLUMNS), timing, Map.of(), 2e12, 3e12);
    SpeedRow small = new SpeedRow(new SpeedCase(Kind.HINGE, SpeedPlan.SMALL_ROWS, SpeedPlan.SMALL_COLUMNS), timing, Map.of(), 1e9, 1e9);
    String table = new SpeedReport("a device", 13_000, List.of(large, small), "").table();
    assertThat(table)
        .contains("target MISSED, hinge 2048×8192: 67 %, wanted at least 85 % of a copy")
        .contains("target met, hinge 32×64: 14.0 µs, wanted at most 15.0 µs");
  }
}
