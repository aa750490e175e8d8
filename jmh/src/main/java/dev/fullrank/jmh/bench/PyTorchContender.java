package dev.fullrank.jmh.bench;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** PyTorch by DJL: {@code svdvals} or the hinge's formula, differentiated by autograd; products by {@code mm}. */
final class PyTorchContender implements Contender {
  private final Engine engine = Engine.getEngine("PyTorch");

  @Override
  public String version() {
    return engine.getVersion();
  }

  @Override
  public Task prepare(Problem problem) {
    JniUtils.setNumThreads(problem.threads());
    return new Program(engine, problem);
  }

  private static final class Program implements Task {
    private final Engine engine;
    private final boolean differentiated;
    private final Model model;
    private final ParameterStore parameters;
    private final NDList inputs;
    private @Nullable NDList last;

    Program(Engine engine, Problem problem) {
      this.engine = engine;
      this.differentiated = problem.wantsGradient();
      this.model = Model.newInstance(TorchProgram.NAME, "PyTorch");
      try {
        Path folder = Files.createTempDirectory("fullrank-bench");
        Path file = folder.resolve(TorchProgram.NAME + ".pt");
        try {
          TorchProgram.write(folder, TorchProgram.code(problem));
          model.load(folder, TorchProgram.NAME);
        } finally {
          Files.deleteIfExists(file);
          Files.delete(folder);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (MalformedModelException e) {
        throw new IllegalStateException(e);
      }
      NDManager manager = model.getNDManager();
      this.parameters = new ParameterStore(manager, false);
      double[] square = problem.operation() == Operation.GEMM ? Inputs.symmetric(problem) : new double[1];
      int order = problem.operation() == Operation.GEMM ? problem.order() : 1;
      NDArray e = array(manager, Inputs.embeddings(problem), problem.isFloat(), new Shape(problem.b(), problem.d()));
      this.inputs = new NDList(e, array(manager, square, problem.isFloat(), new Shape(order, order)));
    }

    private static NDArray array(NDManager manager, double[] values, boolean isFloat, Shape shape) {
      return isFloat ? manager.create(Inputs.narrowed(values), shape) : manager.create(values, shape);
    }

    @Override
    public void run() {
      if (differentiated) {
        // Outside a gradient collector DJL switches autograd off, for the program's own use too.
        try (var _ = engine.newGradientCollector()) {
          forward();
        }
      } else {
        forward();
      }
    }

    /** Frees the tensors of the run before, so that PyTorch's allocator can hand out the same memory again. */
    private void forward() {
      if (last != null) {
        last.close();
      }
      last = model.getBlock().forward(parameters, inputs, differentiated);
    }

    @Override
    public double value() {
      return toDoubles(output(0))[0];
    }

    @Override
    public double[] result() {
      return toDoubles(output(1));
    }

    private NDArray output(int index) {
      if (last == null) {
        throw new IllegalStateException("nothing has run yet");
      }
      return last.get(index);
    }

    private static double[] toDoubles(NDArray array) {
      if (array.getDataType() == DataType.FLOAT64) {
        return array.toDoubleArray();
      }
      return Inputs.widened(array.toFloatArray());
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
