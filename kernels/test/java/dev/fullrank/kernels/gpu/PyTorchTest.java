package dev.fullrank.kernels.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.kernels.gpu.FakeTorch.Behaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process of PyTorch as seen from Java: what it answers, and how it can fail. */
class PyTorchTest {
  private static final TorchStep TWO = new TorchStep("svdvals", ElementType.FLOAT64, true, 2, 3, 5);

  @TempDir private Path folder = Path.of("");

  private static PyTorch start(String python) throws Dialogue.Failure {
    return PyTorch.start(python, Gpu.DEVICE, 2);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertNotStarted(String python) {
    return assertThatThrownBy(() -> start(python).close()).isInstanceOf(Dialogue.Failure.class);
  }

  @Test
  void numbersGoThereAndResultsComeBack() throws Exception {
    Matrix numbers = HostMatrices.normal(ElementType.FLOAT64, 6, 5);
    try (PyTorch torch = start(FakeTorch.install(folder, Behaviour.RIGHT));
        MeanSingularValue r = MeanSingularValue.builder().build()) {
      assertThat(torch.version()).isEqualTo("PyTorch 9.9 (CUDA 99)");
      PyTorch.Result result = torch.prepare(TWO, numbers);
      Matrix gradient = HostMatrices.zeros(ElementType.FLOAT64, 6, 5);
      double[] values = new double[2];
      r.valuesAndGradients(
          List.of(numbers.rows(0, 3), numbers.rows(3, 6)), List.of(gradient.rows(0, 3), gradient.rows(3, 6)), values);
      assertThat(result.value()).isEqualTo(values[0] + values[1]);
      assertThat(result.gradient()).isNotNull().satisfies(g -> assertThat(HostMatrices.sameBits(g, gradient)).isTrue());
      assertThat(result.seconds()).isEqualTo(0.001);
      assertThat(torch.time(0.5)).isEqualTo(FakeTorch.TIMING);
      TorchStep forward = new TorchStep("variance", ElementType.FLOAT32, false, 1, 6, 5);
      assertThat(torch.prepare(forward, HostMatrices.normal(ElementType.FLOAT32, 6, 5)).gradient()).isNull();
    }
  }

  @Test
  void aStepThatFailsIsSaidAndTheNextOneCanBeAskedFor() throws Exception {
    try (PyTorch torch = start(FakeTorch.install(folder, Behaviour.FAILING))) {
      Matrix numbers = HostMatrices.normal(ElementType.FLOAT64, 6, 5);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> torch.prepare(TWO, numbers)).isInstanceOf(Dialogue.Failure.class).hasMessageContaining("out of memory");
      }
      assertThat(torch.time(0.1)).isEqualTo(FakeTorch.TIMING);
    }
  }

  @Test
  void aProcessThatEndsIsSaid() throws Exception {
    try (PyTorch torch = start(FakeTorch.install(folder, Behaviour.ENDING))) {
      assertThatThrownBy(() -> torch.prepare(TWO, HostMatrices.normal(ElementType.FLOAT64, 6, 5)))
          .isInstanceOf(Dialogue.Failure.class)
          .hasMessage("its process has crashed");
    }
  }

  @Test
  void whatPythonSaysIsTheReason() throws IOException {
    assertNotStarted(folder.resolve("python9").toString()).hasMessageEndingWith("python9").hasMessageStartingWith("there is no ");
    assertNotStarted(FakeTorch.install(folder, Behaviour.WITHOUT_GPU)).hasMessage("torch 9.9 finds no GPU");
  }

  /** The real script in the real interpreter, as far as it gets without PyTorch. */
  @Test
  void theScriptSaysWhatIsMissing() throws IOException {
    Path python = Path.of("/usr/bin/python3");
    assumeTrue(Files.isExecutable(python), "no Python");
    Path module = Files.writeString(folder.resolve("torch.py"), "raise ImportError('no wheels here')\n");
    Path script = Files.writeString(folder.resolve("python"), "#!/bin/sh\nPYTHONPATH='" + folder + "' exec " + python + " \"$@\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    assertNotStarted(script.toString()).hasMessage("Python cannot import torch: no wheels here");
    Files.writeString(
        module, "class cuda:\n  @staticmethod\n  def is_available():\n    return False\n\n__version__ = '7.7'\n");
    assertNotStarted(script.toString()).hasMessage("torch 7.7 finds no GPU");
  }
}
