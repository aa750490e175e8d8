package dev.fullrank.jmh.bench;

import java.util.Arrays;
import java.util.Optional;

/** The libraries compared. Their classes are touched only in the process that loads the library. */
enum Implementation {
  FULLRANK("fullrank", "Fullrank", "#d62728"),
  MKL("mkl", "MKL", "#1f77b4"),
  OPENBLAS("openblas", "OpenBLAS", "#2ca02c"),
  PYTORCH("pytorch", "PyTorch", "#ff7f0e"),
  EJML("ejml", "EJML", "#9467bd"),
  OJALGO("ojalgo", "ojAlgo", "#8c564b"),
  COMMONS_MATH("commons-math", "Commons Math", "#7f7f7f"),
  NETLIB("netlib", "netlib", "#17becf");

  private final String label;
  private final String title;
  private final String colour;

  Implementation(String label, String title, String colour) {
    this.label = label;
    this.title = title;
    this.colour = colour;
  }

  /** The name in options and JSON. */
  String label() {
    return label;
  }

  /** The name as its authors write it. */
  String title() {
    return title;
  }

  /** How it is drawn. */
  Curve curve() {
    return new Curve(title, colour, this == FULLRANK);
  }

  /** Whether the library has what the problem asks for: not all have a hinge, or float. */
  boolean offers(Problem problem) {
    return switch (this) {
      case FULLRANK -> true;
      case PYTORCH -> problem.operation() != Operation.COPY;
      case MKL, OPENBLAS, EJML, NETLIB -> problem.operation() != Operation.COPY && problem.operation() != Operation.HINGE;
      case OJALGO, COMMONS_MATH -> !problem.isFloat() && MKL.offers(problem);
    };
  }

  /** Loads the library; throws whatever prevents it. */
  Contender load() {
    return switch (this) {
      case FULLRANK -> new FullrankContender();
      case MKL -> BlasContender.mkl();
      case OPENBLAS -> BlasContender.openBlas();
      case PYTORCH -> new PyTorchContender();
      case EJML -> new EjmlContender();
      case OJALGO -> new OjAlgoContender();
      case COMMONS_MATH -> new CommonsMathContender();
      case NETLIB -> new NetlibContender();
    };
  }

  static Optional<Implementation> of(String label) {
    return Arrays.stream(values()).filter(implementation -> implementation.label.equals(label)).findFirst();
  }
}
