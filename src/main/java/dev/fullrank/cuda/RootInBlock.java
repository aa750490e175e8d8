package dev.fullrank.cuda;

import dev.fullrank.cuda.RootIteration.Quintic;
import java.util.List;

/** Z = G^(−1/2) of a small Gram matrix by polynomials in one launch of one block, and what is asked of it. */
final class RootInBlock {
  /** Beyond this one block takes longer than the launches that it saves. */
  private static final int MOST_COLUMNS = 64;

  /** The kernel's matrices have this side, or half of it, and a gap between rows. */
  private static final int SIDE = 64;

  private static final int GAP = 4;
  /** The longer side of Y that the kernel takes is up to so many times that. */
  private static final int LENGTH = 8;

  private static final int MATRICES = 3;
  private static final int COEFFICIENTS = 3;

  /** More than the variables of the kernel in shared memory take. */
  private static final int VARIABLES = 1 << 10;

  /** Of cards that multiply matrices of doubles in one instruction. */
  private static final int COMPUTE_CAPABILITY = 80;

  private static final String NAME = "block_root";

  private final CudaWorkspace workspace;
  private final DeviceConstants coefficients;
  private final DeviceConstants schedules;
  private final int mostColumns;
  private int k;
  private int n;
  private List<Quintic> steps = List.of();
  private double tolerance;
  private int tableLength;
  private boolean allowed;

  RootInBlock(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.coefficients = new DeviceConstants(workspace);
    this.schedules = new DeviceConstants(workspace);
    this.mostColumns = mostColumns(workspace.session().context());
  }

  /** The largest order that the device can do, 0 if none. */
  private static int mostColumns(CudaContext context) {
    int most = context.computeCapability() >= COMPUTE_CAPABILITY ? MOST_COLUMNS : 0;
    while (most > 0 && sharedBytes(most) + VARIABLES > context.mostSharedBytes()) {
      most--;
    }
    return most;
  }

  /** Whether the device can, and matrices of this order fit. */
  boolean takes(int order) {
    return order <= mostColumns;
  }

  /** Whether Y with a longer side n is so short that its Gram matrix and the check through the data are little work. */
  boolean takesWhole(int order, int longSide) {
    return takes(order) && longSide <= LENGTH * side(order);
  }

  /**
   * Sets the order k, the longer side n of Y, and the steps; waits if they were others before.
   *
   * @param nearness how near to 1 the singular values of Z·Y are to come
   */
  void prepare(int order, int longSide, List<Quintic> polynomials, double nearness) {
    k = order;
    n = longSide;
    if (!steps.equals(polynomials)) {
      steps = polynomials;
      coefficients.become(polynomials.stream().flatMapToDouble(Quintic::coefficients).toArray(), true);
    }
    if (tolerance != nearness) {
      tolerance = nearness;
      // the certificate permits twice the tolerance, of which half is for the residuals of the probes
      double[] table = FlatSpectra.table(tolerance * tolerance);
      tableLength = table.length;
      schedules.become(table, true);
    }
  }

  /**
   * What {@link RootByProducts} does from start to finish, by the first so many of the polynomials, or by fewer: {@link FlatSpectra}.
   *
   * @param y Y, of which G and the residuals are computed as well; or 0
   * @param wide whether Y is k×n
   */
  void compute(int count, long y, boolean wide, RootPlaces places) {
    launch(count, FlatSpectra.ALL.size(), y, wide, places);
  }

  /** The same by all of them, whatever the spectrum is. */
  void computeByAll(long y, boolean wide, RootPlaces places) {
    launch(steps.size(), 0, y, wide, places);
  }

  private void launch(int count, int scheduled, long y, boolean wide, RootPlaces places) {
    allow();
    workspace
        .kernel(NAME, NAME)
        .count(k)
        .count(n)
        .flag(wide)
        .address(y)
        .count(count)
        .address(coefficients.of(COEFFICIENTS * steps.size(), true))
        .count(scheduled)
        .address(schedules.of(tableLength, true))
        .address(places.g())
        .address(places.scale())
        .address(places.z())
        .address(places.sums())
        .address(places.w())
        .address(places.zw())
        .address(places.mw())
        .address(places.residuals())
        .launchBlocks(1, sharedBytes(k));
  }

  private void allow() {
    if (!allowed) {
      allowed = true;
      CudaSession session = workspace.session();
      session.context().allowSharedBytes(session.function(NAME, NAME), sharedBytes(mostColumns));
    }
  }

  private static int sharedBytes(int order) {
    return MATRICES * side(order) * (side(order) + GAP) * Double.BYTES;
  }

  private static int side(int order) {
    return order <= SIDE / 2 ? SIDE / 2 : SIDE;
  }
}
