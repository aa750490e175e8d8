package dev.fullrank;

import java.util.List;

/** An evaluation that stands on an {@link Outcome}. */
final class StepEvaluation implements Evaluation {
  private final Device device;
  private final Outcome outcome;
  private final Matrix z;
  private final Runnable release;
  private boolean closed;

  /**
   * @param device where the outcome lies
   * @param outcome computed for z
   * @param release gives the workspace back, run once
   */
  StepEvaluation(Device device, Outcome outcome, Matrix z, Runnable release) {
    this.device = device;
    this.outcome = outcome;
    this.z = z;
    this.release = release;
  }

  private Outcome open() {
    if (closed) {
      throw new IllegalStateException("this evaluation is closed");
    }
    return outcome;
  }

  @Override
  public double value() {
    return open().value();
  }

  @Override
  public void gradient(double upstream, Matrix out) {
    Outcome o = open();
    Checks.gradient(device, z, out);
    o.gradient(upstream, out);
  }

  @Override
  public Details details() {
    return open().details();
  }

  @Override
  public List<Evaluation> terms() {
    return open().terms();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      release.run();
    }
  }
}
