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
    List<Problem> all = new ArrayList<>(spectra());
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

  private List<Problem> spectra() {
    List<Problem> problems = new ArrayList<>();
    if (accuracy && operations.contains(Operation.SVMAX)) {
      for (ElementType type : types) {
        for (Shape shape : SPECTRA) {
          for (double condition : CONDITIONS) {
            problems.add(new Problem(
                Operation.SVMAX, Direction.FORWARD_BACKWARD, type, shape.b(), shape.d(), 1, condition));
          }
        }
      }
    }
    return problems;
  }

  private static Problem problem(Operation operation, Direction direction, ElementType type, Shape shape, int count) {
    return new Problem(operation, direction, type, shape.b(), shape.d(), count, 0);
  }
}
