package dev.fullrank.jmh.bench;

/** A library at a problem: the median of its samples in milliseconds, or NaN where only the accuracy was asked for. */
record Row(Problem problem, Implementation implementation, double ms, Accuracy accuracy) {
  /** 10⁹ operations a second, NaN where operations are not what counts. */
  double gigaflops() {
    return problem.flops() / ms / 1e6;
  }

  /** As a picture shows it. */
  SvgPoint point() {
    String section =
        "%s %s, %s, %d thread%s".formatted(
            problem.operation().label(),
            problem.direction().label(),
            problem.typeLabel(),
            problem.threads(),
            problem.threads() == 1 ? "" : "s");
    return new SvgPoint(section, implementation.curve(), problem.b(), problem.d(), ms);
  }
}
