package dev.fullrank.kernels.gpu;

import dev.fullrank.kernels.gpu.SpeedCase.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is measured.
 *
 * @param cases in this order
 * @param seconds that each takes, and half as much to warm up
 * @param python whose PyTorch is measured beside it, if it has one that finds the GPU
 * @param json where the results go
 */
record SpeedPlan(List<SpeedCase> cases, double seconds, String python, Path json) {
  static final int SMALL_ROWS = 32;
  static final int SMALL_COLUMNS = 64;
  static final int LARGE_ROWS = 2048;
  static final int LARGE_COLUMNS = 8192;

  private static final double SECONDS = 0.6;
  private static final double QUICK_SECONDS = 0.2;

  SpeedPlan {
    cases = List.copyOf(cases);
  }

  /** As the command line says. */
  static SpeedPlan of(List<String> arguments) {
    boolean quick = arguments.contains("--quick");
    return new SpeedPlan(
        quick ? quickCases() : allCases(),
        quick ? QUICK_SECONDS : SECONDS,
        option(arguments, "--python", "python3"),
        Path.of(option(arguments, "--json", "on-gpu.json")));
  }

  private static String option(List<String> arguments, String name, String otherwise) {
    int at = arguments.indexOf(name);
    return at >= 0 && at + 1 < arguments.size() ? arguments.get(at + 1) : otherwise;
  }

  private static List<SpeedCase> allCases() {
    List<SpeedCase> cases = new ArrayList<>();
    for (int b : new int[] {SMALL_ROWS, 256, LARGE_ROWS}) {
      for (int d : new int[] {SMALL_COLUMNS, 512, 2048, LARGE_COLUMNS}) {
        cases.add(new SpeedCase(Kind.HINGE, b, d));
      }
    }
    cases.add(new SpeedCase(Kind.HINGE_WITH_VALUE, SMALL_ROWS, SMALL_COLUMNS));
    cases.add(new SpeedCase(Kind.HINGE_WITH_VALUE, 256, 512));
    add(cases, Kind.COVARIANCE, new int[][] {{256, 512}, {256, 2048}, {2048, 2048}});
    int[][] spectral = {{64, 128}, {128, 512}, {256, 256}, {256, 2048}, {512, 512}, {1024, 1024}};
    add(cases, Kind.SVMAX, spectral);
    add(cases, Kind.COARSE_SVMAX, spectral);
    return cases;
  }

  private static List<SpeedCase> quickCases() {
    List<SpeedCase> cases = new ArrayList<>();
    add(cases, Kind.HINGE, new int[][] {{SMALL_ROWS, SMALL_COLUMNS}, {256, 2048}, {LARGE_ROWS, LARGE_COLUMNS}});
    add(cases, Kind.HINGE_WITH_VALUE, new int[][] {{SMALL_ROWS, SMALL_COLUMNS}});
    add(cases, Kind.COVARIANCE, new int[][] {{256, 512}});
    int[][] spectral = {{64, 128}, {256, 2048}};
    add(cases, Kind.SVMAX, spectral);
    add(cases, Kind.COARSE_SVMAX, spectral);
    return cases;
  }

  private static void add(List<SpeedCase> cases, Kind kind, int[][] shapes) {
    for (int[] shape : shapes) {
      cases.add(new SpeedCase(kind, shape[0], shape[1]));
    }
  }
}
