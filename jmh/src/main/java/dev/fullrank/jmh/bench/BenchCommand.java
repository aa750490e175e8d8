package dev.fullrank.jmh.bench;

import dev.fullrank.ElementType;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options, and what follows from them. */
@Command(
    name = "fullrank bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures Fullrank beside MKL, OpenBLAS, PyTorch, EJML, ojAlgo, Commons Math and netlib, in one run on the "
        + "same numbers. Each library runs in a process of its own and gives the right answer before it is timed. With --device "
        + "cuda Fullrank is measured on a GPU, beside its reference route (jacobi) and PyTorch there.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class BenchCommand implements Callable<Integer> {
  @Option(names = "--quick", description = "The essential problems, within a minute on two cores.")
  boolean quick;

  @Option(names = "--full", description = "The whole grid in both directions, with more samples. Takes hours.")
  boolean full;

  @Option(names = "--op", split = ",", paramLabel = "OP",
      description = "svmax, hinge, gemm, syrk, on a GPU svmax, hinge, batch; by default all.")
  List<String> operations = List.of();

  @Option(names = "--direction", split = ",", paramLabel = "DIRECTION",
      description = "forward, forward+backward; by default the latter, with --full both.")
  List<String> directions = List.of();

  @Option(names = "--type", split = ",", paramLabel = "TYPE",
      description = "float, double; by default both, on a GPU float.")
  List<String> types = List.of();

  @Option(names = "--threads", split = ",", paramLabel = "N", description = "Numbers of threads; by default 1 and 2.")
  List<Integer> threads = List.of();

  @Option(names = "--shape", split = ",", paramLabel = "BxD", description = "Shapes such as 256x2048, in place of the grid.")
  List<String> shapes = List.of();

  @Option(names = "--impl", split = ",", paramLabel = "IMPL",
      description = "fullrank, mkl, openblas, pytorch, ejml, ojalgo, commons-math, netlib, on a GPU fullrank, jacobi, pytorch; "
          + "by default all.")
  List<String> implementations = List.of();

  @Option(names = "--no-accuracy", description = "Leave out the table of errors by condition number.")
  boolean withoutAccuracy;

  @Option(names = "--avx2", description = "Hold all libraries to AVX2, as on a CPU without AVX-512.")
  boolean avx2;

  @Mixin GpuOptions gpu = new GpuOptions();

  @Option(names = "--json", paramLabel = "OUT", description = "Write the results with every digit.")
  @Nullable Path json;

  @Option(names = "--svg", paramLabel = "OUT", description = "Draw time against d for each b, and against b for each d.")
  @Nullable Path svg;

  @Option(names = "--natives", paramLabel = "DIR", hidden = true, description = "Where native libraries are unpacked.")
  Path natives = Path.of(System.getProperty("java.io.tmpdir"), "fullrank-bench-natives");

  @Spec
  CommandSpec spec;

  private final PrintStream out;

  BenchCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException {
    if (quick && full) {
      throw refusal("--quick and --full exclude each other");
    }
    for (String option : gpu.device.isCuda() ? GpuOptions.OF_THE_CPU : GpuOptions.OF_A_GPU) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw refusal(option + " has no meaning with --device " + gpu.device);
      }
    }
    long start = System.nanoTime();
    boolean clean = gpu.device.isCuda()
        ? gpu.bench(this).run(out, machine(), givenOptions(), json, svg)
        : runOnCpu();
    out.printf("%nDone in %.0f s.%n", (System.nanoTime() - start) / 1e9);
    return clean ? 0 : 1;
  }

  private static Machine machine() {
    return Machine.detect(Clock.system(ZoneId.systemDefault()));
  }

  private boolean runOnCpu() throws IOException {
    Set<Implementation> wanted = chosen("--impl", implementations, Implementation.values(), Implementation::label);
    Plan plan = plan();
    Results results = new Results();
    TextReport text = new TextReport(out, results);
    Machine machine = machine();
    Effort effort = quick ? Effort.QUICK : full ? Effort.FULL : Effort.NORMAL;
    Path folder = Files.createTempDirectory("fullrank-bench");
    Surroundings surroundings = new Surroundings(natives, avx2);
    try (Team team = new Team(surroundings.jvmOptions(), surroundings.environment(), folder)) {
      team.start(wanted, results);
      text.machine(machine);
      List<Problem> problems = quick && shapes.isEmpty() ? plan.essentials() : plan.problems();
      new Session(team, effort, folder, results).run(problems, wanted, text::problem);
    } finally {
      delete(folder);
    }
    text.summary();
    if (json != null) {
      JsonReport.write(json, machine, givenOptions(), results);
    }
    if (svg != null) {
      Files.writeString(svg, new SvgReport(results.points()).toString());
    }
    return results.isClean();
  }

  private Plan plan() {
    Set<Operation> ops = chosen("--op", operations,
        new Operation[] {Operation.SVMAX, Operation.HINGE, Operation.GEMM, Operation.SYRK}, Operation::label);
    for (int count : threads) {
      if (count < 1 || count > Runtime.getRuntime().availableProcessors()) {
        throw refusal("--threads must lie between 1 and the " + Runtime.getRuntime().availableProcessors() + " cores, not " + count);
      }
    }
    Set<Integer> counts = threads.isEmpty()
        ? Set.of(1, Math.min(2, Runtime.getRuntime().availableProcessors()))
        : new LinkedHashSet<>(threads);
    return new Plan(ops, directions(), types(), counts, shapes(false), shapes(true), !withoutAccuracy);
  }

  Set<Direction> directions() {
    return directions.isEmpty() && !full
        ? Set.of(Direction.FORWARD_BACKWARD)
        : chosen("--direction", directions, Direction.values(), Direction::label);
  }

  Set<ElementType> types() {
    return chosen("--type", types, new ElementType[] {ElementType.FLOAT32, ElementType.FLOAT64},
        type -> type == ElementType.FLOAT32 ? "float" : "double");
  }

  /** As the user typed them, without what the launcher adds: results are passed on, and its folder is nobody's business. */
  private String givenOptions() {
    List<String> options = new ArrayList<>(spec.commandLine().getParseResult().originalArgs());
    int added = options.indexOf("--natives");
    if (added >= 0) {
      options.subList(added, Math.min(added + 2, options.size())).clear();
    }
    return String.join(" ", options);
  }

  /** Those of the option; none if it was not given. */
  List<Shape> givenShapes() {
    try {
      return shapes.stream().map(Shape::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private List<Shape> shapes(boolean ofHinge) {
    List<Shape> grid = new ArrayList<>(givenShapes());
    if (grid.isEmpty()) {
      grid.addAll(Shape.COMMON);
      grid.addAll(full ? Shape.FURTHER : List.of());
      grid.addAll(ofHinge && !quick ? Shape.LARGE : List.of());
    }
    return grid;
  }

  /** What the user is told of a wrong command line. */
  ParameterException refusal(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  void requireBetween(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw refusal(option + " must lie between " + least + " and " + most + ", not " + value);
    }
  }

  /** The values that an option names; all if it is not given. */
  <T> Set<T> chosen(String option, List<String> names, T[] values, Function<T, String> label) {
    List<T> all = Arrays.asList(values);
    if (names.isEmpty()) {
      return new LinkedHashSet<>(all);
    }
    Set<T> set = new LinkedHashSet<>();
    for (String name : names) {
      set.add(all.stream()
          .filter(value -> label.apply(value).equals(name.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(() -> refusal("unknown value '" + name + "' of " + option
              + ", which takes " + String.join(", ", all.stream().map(label).toList()))));
    }
    return set;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
