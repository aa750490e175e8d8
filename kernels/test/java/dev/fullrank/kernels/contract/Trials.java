package dev.fullrank.kernels.contract;

import java.util.function.Function;
import java.util.stream.Stream;

/** All trials, by the page that they are of. */
final class Trials {
  private Trials() {}

  static Stream<Trial> rows() {
    return Stream.of(RowScan.trials(), RowUnits.trials(), Pack.trials(), Transpose.trials(), RowGradient.trials())
        .flatMap(Function.identity());
  }

  static Stream<Trial> smallRows() {
    return SmallRows.trials();
  }

  static Stream<Trial> columns() {
    return Stream.of(ColumnMoments.trials(), ColumnMerge.trials(), ColumnRescue.trials(), FirstNonFinite.trials())
        .flatMap(Function.identity());
  }

  static Stream<Trial> hinge() {
    return Stream.concat(HingeValue.trials(), HingeGradient.trials());
  }

  static Stream<Trial> covariance() {
    return Stream.of(CovarianceUnit.trials(), Centre.trials(), OffDiagonal.trials(), Sum.trials(), CovarianceGradient.trials())
        .flatMap(Function.identity());
  }

  static Stream<Trial> pairs() {
    return Stream.of(SquaredDistance.trials(), AddDifference.trials(), AddScaled.trials())
        .flatMap(Function.identity());
  }

  static Stream<Trial> certificate() {
    return Stream.of(Spectrum.trials(), ScaleColumns.trials(), UpperTriangle.trials(), ResidualNorms.trials())
        .flatMap(Function.identity());
  }

  static Stream<Trial> root() {
    return Stream.of(
            Mirror.trials(), GramRows.trials(), GramScale.trials(), Scaled.trials(), Combine.trials(), RootRows.trials(), RootSums.trials(),
            EigenWeights.trials())
        .flatMap(Function.identity());
  }

  static Stream<Trial> lanczos() {
    return Stream.concat(SymmetricImage.trials(), LanczosStep.trials());
  }

  static Stream<Trial> blockRoot() {
    return BlockRoot.trials();
  }

  static Stream<Trial> batch() {
    return Stream.concat(BatchPack.trials(), BatchGradient.trials());
  }

  static Stream<Trial> eigenvectors() {
    return BatchEigenvectors.trials();
  }

  static Stream<Trial> polar() {
    return BatchPolar.trials();
  }

  static Stream<Trial> all() {
    return Stream.of(
            rows(), smallRows(), columns(), hinge(), covariance(), pairs(), certificate(), root(), lanczos(), blockRoot(), batch(), eigenvectors(),
            polar())
        .flatMap(Function.identity());
  }
}
