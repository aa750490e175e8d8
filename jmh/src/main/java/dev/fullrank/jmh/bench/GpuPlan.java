package dev.fullrank.jmh.bench;

import dev.fullrank.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The problems of a run on a GPU.
 *
 * @param shapes in place of the usual ones; none for those
 * @param batch how many matrices one call takes
 * @param scale how many of the usual shapes
 */
record GpuPlan(
    Set<GpuOperation> operations,
    Set<Direction> directions,
    Set<ElementType> types,
    List<Shape> shapes,
    int batch,
    Scale scale) {

  /** How many of the usual shapes there are. */
  enum Scale {
    QUICK,
    NORMAL,
    FULL
  }

  private static final List<Shape> QUICK = List.of(new Shape(64, 128), new Shape(128, 512), new Shape(256, 2048), new Shape(512, 512));

  private static final List<Shape> SPECTRAL =
      List.of(
          new Shape(32, 64),
          new Shape(64, 128),
          new Shape(128, 512),
          new Shape(256, 256),
          new Shape(256, 2048),
          new Shape(512, 512),
          new Shape(1024, 1024),
          new Shape(1024, 4096),
          new Shape(2048, 2048),
          new Shape(2048, 8192));

  /** What takes a CPU minutes to verify. */
  private static final List<Shape> LARGEST = List.of(new Shape(2048, 16384), new Shape(4096, 4096), new Shape(4096, 8192));

  private static final List<Shape> HINGE =
      List.of(new Shape(64, 128), new Shape(256, 512), new Shape(256, 2048), new Shape(2048, 2048), new Shape(2048, 8192));

  private static final List<Shape> QUICK_HINGE = List.of(new Shape(256, 2048), new Shape(2048, 8192));

  /** Heads of an attention layer. */
  private static final List<Shape> BATCH = List.of(new Shape(64, 128));

  /** Those on the same numbers one after the other. */
  List<GpuProblem> problems() {
    List<GpuProblem> problems = new ArrayList<>();
    for (GpuOperation operation : operations) {
      for (Shape shape : shapes(operation)) {
        for (ElementType type : types) {
          directions.stream()
              .filter(operation::has)
              .map(direction -> new GpuProblem(operation, direction, type, operation == GpuOperation.BATCH ? batch : 1, shape))
              .forEach(problems::add);
        }
      }
    }
    return problems;
  }

  private List<Shape> shapes(GpuOperation operation) {
    if (!shapes.isEmpty()) {
      return shapes;
    }
    return switch (operation) {
      case SVMAX -> switch (scale) {
        case QUICK -> QUICK;
        case NORMAL -> SPECTRAL;
        case FULL -> {
          List<Shape> all = new ArrayList<>(SPECTRAL);
          all.addAll(LARGEST);
          yield all;
        }
      };
      case HINGE -> scale == Scale.QUICK ? QUICK_HINGE : HINGE;
      case BATCH -> BATCH;
    };
  }
}
