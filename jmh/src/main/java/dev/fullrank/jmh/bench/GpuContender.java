package dev.fullrank.jmh.bench;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is timed on a GPU. */
enum GpuContender {
  FULLRANK("fullrank", "Fullrank", "#d62728", null),
  /** The library's reference route. */
  JACOBI("jacobi", "gesvdj", "#1f77b4", null),
  SVDVALS("pytorch-svdvals", "PyTorch svdvals", "#ff7f0e", "svdvals"),
  NUCLEAR("pytorch-nuclear", "PyTorch nuclear", "#2ca02c", "nuclear"),
  VARIANCE("pytorch-variance", "PyTorch variance", "#ff7f0e", "variance");

  private final String label;
  private final String title;
  private final String colour;
  private final @Nullable String term;

  GpuContender(String label, String title, String colour, @Nullable String term) {
    this.label = label;
    this.title = title;
    this.colour = colour;
    this.term = term;
  }

  /** The names in the option, each of which stands for all contenders that begin with it. */
  static String[] families() {
    return new String[] {"fullrank", "jacobi", "pytorch"};
  }

  /** The name in JSON. */
  String label() {
    return label;
  }

  /** The name in tables. */
  String title() {
    return title;
  }

  /** How it is drawn. */
  Curve curve() {
    return new Curve(title, colour, this == FULLRANK);
  }

  /** What it is in PyTorch, if it is PyTorch. */
  Optional<String> term() {
    return Optional.ofNullable(term);
  }

  /** Whether its answer is right. The singular values of PyTorch in single precision are off by 1.5e-4 on an H100 where k = 1024. */
  boolean agrees(Accuracy accuracy, boolean isFloat) {
    return (term != null && isFloat) ? accuracy.agrees(true, 1e-3) : accuracy.agrees(isFloat);
  }

  /** Whether it computes what the problem asks for. */
  boolean offers(GpuProblem problem) {
    return switch (this) {
      case FULLRANK -> true;
      case JACOBI, NUCLEAR -> problem.operation() == GpuOperation.SVMAX;
      case SVDVALS -> problem.operation() != GpuOperation.HINGE;
      case VARIANCE -> problem.operation() == GpuOperation.HINGE;
    };
  }
}
