package dev.fullrank.check;

import dev.fullrank.Details;
import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** s_μ at every matrix of every family, by every route, in every element type. */
final class SpectralCases {
  /** Larger matrices get the certificate and the closed forms only: differences need 48 values, the relations thirty. */
  private static final int LARGEST_FOR_RELATIONS = 1 << 11;

  /** Differences need room between the entries' exponents and the ends of the range. */
  private static final int LARGEST_EXPONENT_FOR_DIFFERENCES = 900;

  private final Subject subject;
  private final TestMatrix matrix;
  private final ElementType type;
  private final long seed;
  private @Nullable Matrix stored;
  private @Nullable Reference reference;

  private SpectralCases(Subject subject, TestMatrix matrix, ElementType type, long seed) {
    this.subject = subject;
    this.matrix = matrix;
    this.type = type;
    this.seed = seed;
  }

  static void add(Subject subject, Extent extent, long seed, List<CheckCase> cases) {
    for (MatrixFamily family : MatrixFamily.values()) {
      for (TestMatrix matrix : family.matrices(extent, seed)) {
        for (ElementType type : ElementType.values()) {
          if (matrix.fits(type)) {
            SpectralCases shared = new SpectralCases(subject, matrix, type, seed);
            for (Route route : subject.routes()) {
              boolean forcedGram = route == Route.GRAM_POLAR || route == Route.GRAM_EIGEN;
              cases.add(new CheckCase(family.name(), matrix.toString(), route.name(), type, forcedGram,
                  findings -> shared.check(route, forcedGram, findings)));
            }
          }
        }
      }
    }
  }

  private synchronized Reference reference(Matrix z) {
    Reference known = reference;
    if (known == null) {
      known = Reference.of(z);
      reference = known;
    }
    return known;
  }

  private synchronized Matrix stored() {
    Matrix known = stored;
    if (known == null) {
      known = matrix.toMatrix(type);
      stored = known;
    }
    return known;
  }

  private void check(Route route, boolean mayDecline, Findings findings) {
    Matrix z = stored();
    Reference known = reference(z);
    try (Regularizer s = subject.meanSingularValue(route)) {
      SpectralCertificate.check(s, z, known, findings);
      closedForms(s, z, known, findings);
      // The 16-bit types are widened to the same numbers as float: their relations would be float's.
      boolean wide = type == ElementType.FLOAT64 || type == ElementType.FLOAT32;
      if (wide && z.rows() * z.columns() <= LARGEST_FOR_RELATIONS) {
        Equivariance.check(s, z, known, seed, mayDecline, findings);
        boolean inRange = Math.abs(known.exponent()) <= LARGEST_EXPONENT_FOR_DIFFERENCES;
        if (type == ElementType.FLOAT64 && known.isSmooth() && inRange) {
          differences(s, route, z, known, findings);
        }
      }
    } catch (ArithmeticException refusal) {
      // In double the eigenvalue route is for nearly orthogonal matrices: it leaves out what rounding of the Gram matrix blurs.
      if (known.isWellConditioned() && !(route == Route.GRAM_EIGEN && type == ElementType.FLOAT64)) {
        findings.require("accepts a well-conditioned matrix", false);
      } else {
        throw refusal;
      }
    }
  }

  /** A fast route may err by 4·√max(b,d)·eps·σ₁ in its values, too much to be divided by h: the reference route's are taken. */
  private void differences(Regularizer s, Route route, Matrix z, Reference known, Findings findings) {
    if (route == Route.AUTO || route == Route.JACOBI) {
      GradientCheck.checkMeanSingularValue(s, s, z, known, seed, findings);
    } else {
      try (Regularizer values = subject.meanSingularValue(Route.JACOBI)) {
        GradientCheck.checkMeanSingularValue(s, values, z, known, seed, findings);
      }
    }
  }

  private void closedForms(Regularizer s, Matrix z, Reference known, Findings findings) {
    boolean rounded = !matrix.exactIn(type);
    try (Evaluation evaluation = s.forward(z)) {
      matrix.meanSingularValue().ifPresent(mean -> {
        double expected = Math.scalb(mean, matrix.exponent() - known.exponent());
        double error = Math.abs(known.inUnits(evaluation.value()) - expected);
        findings.add("closed form of s_μ", error, known.valueTolerance(rounded));
      });
      if (known.hasClearRank() && evaluation.details() instanceof Details.Spectral details) {
        findings.require("rank", details.rank() == known.rank());
      }
    }
    if (known.hasClearRank()) {
      double[] polar = known.polarFactor();
      if (matrix.rank().orElse(-1) == known.rank() && !(rounded && known.roundingMovesPolarFactor())) {
        polar = matrix.polarFactor().orElse(polar);
      }
      SpectralCertificate.checkGradient(s, z, known, polar, findings);
    }
  }
}
