package dev.fullrank.jmh.bench;

import dev.fullrank.kernels.gpu.Timing;

/** A contender at a problem. */
record GpuRow(GpuProblem problem, GpuContender contender, Timing timing, Accuracy accuracy) {
  static final double MILLI = 1e3;

  /** The median. */
  double ms() {
    return timing.median() * MILLI;
  }

  /** As a picture shows it. */
  SvgPoint point() {
    return new SvgPoint(problem.section(), contender.curve(), problem.shape().b(), problem.shape().d(), ms());
  }
}
