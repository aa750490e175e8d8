package dev.fullrank.jmh.bench;

import java.util.Arrays;
import java.util.Optional;

/** The libraries compared. Their classes are touched only in the process that loads the library. */
enum Implementation {
  FULLRANK("fullrank", "Fullrank"),
  MKL("mkl", "MKL"),
  OPENBLAS("openblas", "OpenBLAS"),
  PYTORCH("pytorch", "PyTorch"),
  EJML("ejml", "EJML"),
  OJALGO("ojalgo", "ojAlgo"),
  COMMONS_MATH("commons-math", "Commons Math"),
  NETLIB("netlib", "netlib");

  private final String label;
  private final String title;

  Implementation(String label, String title) {
    this.label = label;
    this.title = title;
  }

  /** The name in options and JSON. */
  String label() {
    return label;
  }

  /** The name as its authors write it. */
  String title() {
    return title;
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
