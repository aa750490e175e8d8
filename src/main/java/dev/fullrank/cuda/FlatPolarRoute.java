package dev.fullrank.cuda;

import dev.fullrank.cuda.RootIteration.Polynomial;
import dev.fullrank.cuda.RootIteration.Quintic;
import dev.fullrank.linalg.RitzValues;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link PolarRoute} computes, for a large Y of a flat spectrum: {@link #look} estimates both ends of that of G, and if they are near
 * to each other {@link #compute} takes the polynomials for singular values between them, which are few. Binary64 data take them too, as they
 * do not go through small numbers where the interval does not begin near 0.
 *
 * <p>Certified by Z·(Y·Yᵀ)·Z·w − w on {@link GaussianProbes}, through the data, which shows whatever went wrong: products of k×k matrices that
 * would bound it without probability take as long as a quarter of the steps. That Z has no negative eigenvalue, of which the certificate would
 * say nothing, follows from the steps: they are positive for all singular values, also for those outside of the interval. Σσ is tr GZ, which
 * an error of Z enters as it is.
 */
final class FlatPolarRoute implements DeviceRoute {
  /** Of G. With more, the lower end is hardly found, and the steps are no longer few. */
  private static final double MOST_CONDITION = 100;

  /** The moved upper end was up to 2 % inside for Gaussian matrices of order 256, and nowhere from 1024 on. */
  private static final double ROOM_ABOVE = 1.02;

  /** Steps are made for a least singular value of 2^(−i/32), so that they need not be found each time. */
  private static final double GRID = 32 / Math.log(2);

  /** What the steps before the last one leave for binary64 data; it leaves the cube of that. */
  private static final double LEFT_TO_THE_LAST = 1e-6;

  /** What steps are made for: i, and how far from 1 they may leave singular values, 0 if no farther than rounding errors do. */
  private record Aim(int place, double left) {}

  private final DeviceRows rows;
  private final PolarRoute polar;
  private final DeviceLanczos lanczos;
  private final SymmetricProducts products;
  private final Map<Aim, List<Polynomial>> steps = new HashMap<>();
  private long report;
  private double least;
  private double most;

  /**
   * @param polar whose Gram matrix, steps and product with Y are used
   */
  FlatPolarRoute(CudaWorkspace workspace, DeviceRows rows, PolarRoute polar) {
    this.rows = rows;
    this.polar = polar;
    this.lanczos = new DeviceLanczos(workspace);
    this.products = new SymmetricProducts(workspace);
  }

  /** Puts the Gram matrix and the estimate into the stream, for Y in double. */
  void look(double tolerance, long report) {
    this.report = report;
    polar.formGram(tolerance);
    products.mirror(rows.shortSide(), polar.gram());
    lanczos.run(rows.shortSide(), polar.gram(), report + Report.offset(Report.LANCZOS));
  }

  /** Whether the spectrum is flat, by what {@link #look} put into the report. */
  boolean suits(MemorySegment host) {
    RitzValues ritz = lanczos.read(host, Report.LANCZOS);
    least = ritz.below();
    most = ROOM_ABOVE * ritz.above();
    return least * MOST_CONDITION >= most && most > 0;
  }

  /** Puts everything from the Gram matrix to the certificate into the stream, if the spectrum {@link #suits}. */
  void compute(double tolerance) {
    polar.compute(Math.sqrt(most), steps.computeIfAbsent(aim(tolerance), FlatPolarRoute::cheapest), report);
  }

  /** With all singular values off by left/√2, as a polynomial that is nearest leaves them, the certificate shows half of what it may. */
  private Aim aim(double tolerance) {
    int place = (int) Math.ceil(-GRID * Math.log(Math.sqrt(least / most)));
    double left = tolerance / GaussianProbes.boundOfNorm(Math.sqrt(2 * rows.shortSide()));
    return new Aim(place, polar.isFine() ? 0 : Math.min(left, PolynomialSteps.LEFT));
  }

  private static List<Polynomial> cheapest(Aim aim) {
    double least = Math.exp(-aim.place() / GRID);
    if (aim.left() > 0) {
      return PolynomialSteps.cheapest(least, aim.left());
    }
    List<Polynomial> steps = new ArrayList<>(PolynomialSteps.cheapest(least, LEFT_TO_THE_LAST));
    steps.add(Quintic.NEWTON_SCHULZ);
    return steps;
  }

  @Override
  public @Nullable Result accept(MemorySegment host, double squaredNorm, double tolerance) {
    RootBounds bounds =
        new RootBounds(
            rows.shortSide(),
            rows.longSide(),
            squaredNorm,
            Math.sqrt(most),
            CudaWorkspace.number(host, Report.ROOT + 1),
            CudaWorkspace.number(host, Report.ROOT + 3),
            CudaWorkspace.number(host, Report.ROOT + 4),
            GaussianProbes.bound(host, Report.DATA_RESIDUALS));
    return bounds.suffice(tolerance, polar.share()) ? bounds.enclose(CudaWorkspace.number(host, Report.ROOT + 1)) : null;
  }

  @Override
  public long polar() {
    return polar.polar();
  }
}
