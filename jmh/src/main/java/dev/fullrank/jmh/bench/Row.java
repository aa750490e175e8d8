package dev.fullrank.jmh.bench;

/** A library at a problem: the median of its samples in milliseconds, or NaN where only the accuracy was asked for. */
record Row(Problem problem, Implementation implementation, double ms, Accuracy accuracy) {
  /** 10⁹ operations a second, NaN where operations are not what counts. */
  double gigaflops() {
    return problem.flops() / ms / 1e6;
  }
}
