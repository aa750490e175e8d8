package dev.fullrank.jmh.bench;

import dev.fullrank.ElementType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The problems of a run in the order of their weight: what follows may be left out for want of time.
 *
 * @param shapes of the products and of SVMax
 * @param hingeShapes of the hinge
 */
record Plan(
    Set<Operation> operations,
    Set<Direction> directions,
    Set<ElementType> types,
    Set<Integer> threads,
    List<Shape> shapes,
    List<Shape> hingeShapes,
    boolean accuracy) {

  /** The GEMM that is taken for the machine's peak: large enough that packing does not count. */
  private static final Shape PEAK = new Shape(1024, 1024);

  private static final double[] CONDITIONS = {10, 1e3, 1e5};

  /** Wide by the four of the usual batch, and square, where the last singular values count most. */
  private static final List<Shape> SPECTRA = List.of(new Shape(64, 256), new Shape(256, 1024), new Shape(256, 256));

  /**
   * What {@code --quick} asks, as far as it is chosen: the peak, the common shapes but the largest (whose
   * reference alone takes 5 s), and of what remains some examples. The rest of the grid follows as time permits.
   */
  List<Problem> essentials() {
    List<Shape> few = List.of(new Shape(128, 512), new Shape(256, 2048), new Shape(512, 512));
    Set<Problem> problems = new LinkedHashSet<>(spectra(ElementType.FLOAT32, List.of(new Shape(64, 256), new Shape(256, 256))));
    for (int count : new TreeSet<>(threads)) {
      List<Shape> all = count == 1 ? shapes.stream().filter(shape -> Math.min(shape.b(), shape.d()) < 1024).toList() : few;
      ElementType type = ElementType.FLOAT32;
      problems.add(problem(Operation.GEMM, Direction.FORWARD, type, PEAK, count));
      for (Direction direction : directions) {
        addAll(problems, Operation.SVMAX, direction, type, all, count);
        addAll(problems, Operation.HINGE, direction, type, count == 1 ? few : few.subList(1, 2), count);
      }
      addAll(problems, Operation.SYRK, Direction.FORWARD, type, few.subList(1, 2), count);
    }
    problems.add(problem(Operation.GEMM, Direction.FORWARD, ElementType.FLOAT64, PEAK, 1));
    for (Direction direction : directions) {
      addAll(problems, Operation.SVMAX, direction, ElementType.FLOAT64, few, 1);
    }
    List<Problem> chosen = problems();
    problems.retainAll(new LinkedHashSet<>(chosen));
    return new ArrayList<>(problems);
  }

  List<Problem> problems() {
    Set<Problem> problems = new LinkedHashSet<>();
    for (int count : new TreeSet<>(threads)) {
      for (ElementType type : types) {
        problems.add(problem(Operation.GEMM, Direction.FORWARD, type, PEAK, count));
        for (Direction direction : directions) {
          addAll(problems, Operation.SVMAX, direction, type, shapes, count);
          addAll(problems, Operation.HINGE, direction, type, hingeShapes, count);
        }
        addAll(problems, Operation.SYRK, Direction.FORWARD, type, shapes, count);
        addAll(problems, Operation.GEMM, Direction.FORWARD, type, shapes, count);
      }
    }
    List<Problem> all = new ArrayList<>();
    if (accuracy && operations.contains(Operation.SVMAX)) {
      types.forEach(type -> all.addAll(spectra(type, SPECTRA)));
    }
    all.addAll(problems);
    return all;
  }

  private void addAll(
      Set<Problem> problems, Operation operation, Direction direction, ElementType type, List<Shape> these, int count) {
    if (!operations.contains(operation)) {
      return;
    }
    for (Shape shape : these) {
      if (operation == Operation.HINGE) {
        problems.add(problem(Operation.COPY, Direction.FORWARD, type, shape, 1));
      }
      problems.add(problem(operation, direction, type, shape, count));
    }
  }

  private static List<Problem> spectra(ElementType type, List<Shape> these) {
    List<Problem> problems = new ArrayList<>();
    for (Shape shape : these) {
      for (double condition : CONDITIONS) {
        problems.add(new Problem(Operation.SVMAX, Direction.FORWARD_BACKWARD, type, shape.b(), shape.d(), 1, condition));
      }
    }
    return problems;
  }

  private static Problem problem(Operation operation, Direction direction, ElementType type, Shape shape, int count) {
    return new Problem(operation, direction, type, shape.b(), shape.d(), count, 0);
  }
}
