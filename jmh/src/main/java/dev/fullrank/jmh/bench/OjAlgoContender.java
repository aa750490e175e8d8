package dev.fullrank.jmh.bench;

import org.ojalgo.OjAlgoUtils;
import org.ojalgo.machine.VirtualMachine;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.R064Store;

/** ojAlgo, in double: its float stores have no SVD. */
final class OjAlgoContender implements Contender {
  /** As found at the start; limits can only be lowered from here. */
  private final VirtualMachine machine = OjAlgoUtils.ENVIRONMENT;

  @Override
  public String version() {
    return OjAlgoUtils.getVersion();
  }

  @Override
  public Task prepare(Problem problem) {
    OjAlgoUtils.ENVIRONMENT = machine;
    OjAlgoUtils.limitThreadsTo(problem.threads());
    R064Store e = store(Inputs.embeddings(problem), problem.b(), problem.d());
    if (problem.operation() == Operation.SVMAX) {
      return new SvMaxTask(problem, e);
    }
    boolean wide = problem.b() <= problem.d();
    if (problem.operation() == Operation.SYRK) {
      R064Store transposed = R064Store.FACTORY.make(problem.d(), problem.b());
      transposed.fillMatching(e.transpose());
      return wide ? new Product(e, transposed) : new Product(transposed, e);
    }
    R064Store square = store(Inputs.symmetric(problem), problem.order(), problem.order());
    return wide ? new Product(square, e) : new Product(e, square);
  }

  private static R064Store store(double[] values, int rows, int columns) {
    R064Store store = R064Store.FACTORY.make(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        store.set(i, j, values[i * columns + j]);
      }
    }
    return store;
  }

  private static double[] flat(R064Store store) {
    int columns = store.getColDim();
    double[] values = new double[store.getRowDim() * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = store.doubleValue(i / columns, i % columns);
    }
    return values;
  }

  private static final class SvMaxTask implements Task {
    private final Problem problem;
    private final R064Store e;
    private final R064Store gradient;
    private final SingularValue<Double> svd;

    SvMaxTask(Problem problem, R064Store e) {
      this.problem = problem;
      this.e = e;
      this.gradient = R064Store.FACTORY.make(problem.b(), problem.d());
      this.svd = SingularValue.R064.make(e);
    }

    @Override
    public void run() {
      boolean done = problem.wantsGradient() ? svd.decompose(e) : svd.computeValuesOnly(e);
      if (!done) {
        throw new IllegalStateException("the SVD failed");
      }
      if (problem.wantsGradient()) {
        gradient.fillByMultiplying(svd.getU(), svd.getV().transpose());
        double scale = 1.0 / problem.order();
        for (int i = 0; i < gradient.data.length; i++) {
          gradient.data[i] *= scale;
        }
      }
    }

    @Override
    public double value() {
      return svd.getTraceNorm() / problem.order();
    }

    @Override
    public double[] result() {
      return flat(gradient);
    }
  }

  private static final class Product implements Task {
    private final R064Store left;
    private final R064Store right;
    private final R064Store out;

    Product(R064Store left, R064Store right) {
      this.left = left;
      this.right = right;
      this.out = R064Store.FACTORY.make(left.getRowDim(), right.getColDim());
    }

    @Override
    public void run() {
      out.fillByMultiplying(left, right);
    }

    @Override
    public double value() {
      return Double.NaN;
    }

    @Override
    public double[] result() {
      return flat(out);
    }
  }
}
