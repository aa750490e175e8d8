package dev.fullrank;

import dev.fullrank.cuda.CudaWorkspace;
import dev.fullrank.cuda.DeviceInput;
import dev.fullrank.cuda.DeviceOutput;
import dev.fullrank.cuda.DeviceSum;
import java.util.ArrayList;
import java.util.List;

/** R = Σ_t w_t·R_t on a GPU: the matrix is brought there once, and gradients are added in double. All work is in one stream. */
final class CudaSumStep implements Step {
  private final List<WeightedSum.Term> terms;
  private final DeviceInput input;
  private final DeviceOutput output;
  private final DeviceSum sum;
  private final List<Evaluation> evaluations = new ArrayList<>();

  CudaSumStep(List<WeightedSum.Term> terms, CudaWorkspace workspace, HostStore hostTransfer) {
    this.terms = terms;
    this.input = new DeviceInput(workspace, hostTransfer);
    this.output = new DeviceOutput(workspace, hostTransfer);
    this.sum = new DeviceSum(workspace);
  }

  @Override
  public void forward(Matrix z) {
    input.bring(z);
    Matrix there = input.onDevice();
    for (WeightedSum.Term term : terms) {
      evaluations.add(term.regularizer().forward(there));
    }
    if (!z.isOnDevice()) {
      value();
    }
  }

  @Override
  public double value() {
    double total = 0;
    for (int t = 0; t < evaluations.size(); t++) {
      total += terms.get(t).weight() * evaluations.get(t).value();
    }
    return total;
  }

  @Override
  public void gradient(double upstream, Matrix out) {
    if (!out.isOnDevice()) {
      value(); // nothing is written if a term refuses the input
    }
    Matrix target = output.target(out);
    sum.start(out.rows(), out.columns());
    for (int t = 0; t < evaluations.size(); t++) {
      evaluations.get(t).gradient(1, sum.part());
      sum.add(upstream * terms.get(t).weight());
    }
    sum.store(target);
    output.deliver(out);
  }

  @Override
  public Details details() {
    return new Details.Sum(evaluations.stream().map(Evaluation::details).toList());
  }

  @Override
  public List<Evaluation> terms() {
    return List.copyOf(evaluations);
  }

  @Override
  public void release() {
    evaluations.forEach(Evaluation::close);
    evaluations.clear();
    input.release();
  }
}
