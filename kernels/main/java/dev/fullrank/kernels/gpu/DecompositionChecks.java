package dev.fullrank.kernels.gpu;

import static dev.fullrank.kernels.gpu.Checklist.require;

import dev.fullrank.Details;
import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Route;
import dev.fullrank.check.Findings;
import dev.fullrank.check.SpectralCertificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * gesvdj at the shapes and ranks where a decomposition may have special cases, against the suite's own decomposition. A matrix of full
 * rank that gesvdj cannot do is a failure, although the library takes gesvd then and is right.
 */
final class DecompositionChecks {
  private record Case(String name, Matrix z, boolean fullRank) {}

  private DecompositionChecks() {}

  static void run(Sizes sizes, Checklist list) {
    for (ElementType type : List.of(ElementType.FLOAT64, ElementType.FLOAT32)) {
      for (Case each : cases(type, sizes)) {
        String shape = each.z().rows() + "×" + each.z().columns();
        list.check("gesvdj, " + each.name() + " " + shape + ", " + type, () -> certify(each));
      }
    }
  }

  private static List<Case> cases(ElementType type, Sizes sizes) {
    int side = sizes.side();
    List<Case> cases = new ArrayList<>();
    for (int[] shape : new int[][] {{1, 1}, {2, 1}, {1, 2}, {3, 3}, {6, 5}, {33, 32}}) {
      cases.add(new Case("small", HostMatrices.normal(type, shape[0], shape[1]), true));
    }
    cases.add(new Case("tall", HostMatrices.normal(type, side, side / 8 + 1), true));
    cases.add(new Case("wide", HostMatrices.normal(type, side / 8 + 1, side), true));
    cases.add(new Case("longest", HostMatrices.normal(type, sizes.longest(), 2), true));
    cases.add(new Case("of rank 3", HostMatrices.ofRank(3, type, side / 4, side / 8), false));
    cases.add(new Case("of rank 1", HostMatrices.ofRank(1, type, side / 8, side / 8), false));
    cases.add(new Case("zero", HostMatrices.zeros(type, side / 8, side / 4), false));
    return cases;
  }

  private static String certify(Case each) {
    Findings findings = new Findings();
    try (MeanSingularValue r = MeanSingularValue.builder().device(Gpu.DEVICE).route(Route.JACOBI).build()) {
      SpectralCertificate.check(r, each.z(), findings);
      require(findings.passed(), findings.worstCheck() + " is " + findings.worst() + " times as far off as is allowed");
      try (Evaluation evaluation = r.forward(each.z())) {
        Details.Spectral details = (Details.Spectral) evaluation.details();
        require(!each.fullRank() || details.route() == Route.JACOBI, "gesvdj was not believed, " + details.route() + " was");
        return String.format(Locale.ROOT, "rank %d by %s, error/tolerance %.3f", details.rank(), details.route(), findings.worst());
      }
    }
  }
}
