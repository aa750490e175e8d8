package dev.fullrank.kernels.gpu;

import dev.fullrank.CovariancePenalty;
import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.VarianceHinge;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a Python with PyTorch would answer to {@code torch_times.py}, computed by this library on the CPU; times are made up. */
public final class FakeTorch {
  /** What goes wrong, if anything. */
  public enum Behaviour {
    /** Nothing. */
    RIGHT,
    /** The first entry of each gradient is. */
    WRONG,
    /** No step can be done. */
    FAILING,
    /** It ends in the middle. */
    ENDING,
    /** It finds no GPU. */
    WITHOUT_GPU
  }

  /** The answer to a command to measure. */
  public static final Timing TIMING = new Timing(2.5e-3, 2.25e-3, 2.75e-3, 7, 4);

  private final Behaviour behaviour;
  private final double gamma;

  private FakeTorch(Behaviour behaviour, double gamma) {
    this.behaviour = behaviour;
    this.gamma = gamma;
  }

  /** A command that behaves like that and can be started in place of Python. */
  public static String install(Path folder, Behaviour behaviour) throws IOException {
    String program =
        String.format(
            Locale.ROOT,
            "#!/bin/sh%nexec '%s' --add-modules=jdk.incubator.vector -cp '%s' %s %s \"$@\"%n",
            ProcessHandle.current().info().command().orElseThrow(),
            System.getProperty("java.class.path"),
            FakeTorch.class.getName(),
            behaviour);
    Path script = Files.writeString(folder.resolve("python-" + behaviour.name().toLowerCase(Locale.ROOT)), program);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script.toString();
  }

  /** Behaviour, -c, program, device, gamma. */
  public static void main(String[] arguments) throws IOException {
    Behaviour behaviour = Behaviour.valueOf(arguments[0]);
    if (!arguments[1].equals("-c") || !arguments[2].contains("torch.linalg.svdvals") || !arguments[3].equals("cuda:0")) {
      throw new IllegalArgumentException(String.join(" ", arguments));
    }
    if (behaviour == Behaviour.WITHOUT_GPU) {
      System.err.println("torch 9.9 finds no GPU");
      System.exit(1);
    }
    System.out.println("PyTorch 9.9 (CUDA 99)");
    FakeTorch fake = new FakeTorch(behaviour, Double.parseDouble(arguments[4]));
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(fake.answer(line.split(" ", 8)));
      }
    }
  }

  private String answer(String... words) throws IOException {
    if (words[0].equals("time")) {
      return String.join(
          " ",
          "timed",
          Double.toString(TIMING.median()),
          Double.toString(TIMING.lower()),
          Double.toString(TIMING.upper()),
          Integer.toString(TIMING.batches()),
          Integer.toString(TIMING.calls()));
    }
    return switch (behaviour) {
      case FAILING -> "failed CUDA out of memory";
      case ENDING -> throw new IllegalStateException("the end");
      default -> "prepared " + compute(words) + " 0.001";
    };
  }

  /** Words: prepare, term, type, direction, count, b, d, file. */
  private double compute(String... words) throws IOException {
    ElementType type = ElementType.valueOf(words[2].toUpperCase(Locale.ROOT));
    int count = Integer.parseInt(words[4]);
    int b = Integer.parseInt(words[5]);
    int d = Integer.parseInt(words[6]);
    byte[] numbers = Files.readAllBytes(Path.of(words[7]));
    Matrix z = Matrix.of(MemorySegment.ofArray(numbers), type, count * b, d);
    Matrix gradient = HostMatrices.zeros(type, count * b, d);
    double[] values = new double[count];
    try (Regularizer r = regularizer(words[1])) {
      r.valuesAndGradients(split(z, count), split(gradient, count), values);
    }
    if (behaviour == Behaviour.WRONG) {
      gradient.set(0, 0, 2 * gradient.get(0, 0) + 1);
    }
    if (words[3].equals("backward")) {
      Files.write(Path.of(words[7] + ".gradient"), gradient.segment().toArray(ValueLayout.JAVA_BYTE));
    }
    return Arrays.stream(values).sum();
  }

  private Regularizer regularizer(String term) {
    return switch (term) {
      case "variance" -> VarianceHinge.builder().gamma(gamma).build();
      case "covariance" -> CovariancePenalty.builder().build();
      case "svdvals", "nuclear" -> MeanSingularValue.builder().build();
      default -> throw new IllegalArgumentException(term);
    };
  }

  private static List<Matrix> split(Matrix all, int count) {
    int b = all.rows() / count;
    return IntStream.range(0, count).mapToObj(i -> all.rows(i * b, (i + 1) * b)).toList();
  }
}
