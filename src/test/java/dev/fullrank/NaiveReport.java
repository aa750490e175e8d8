package dev.fullrank;

import dev.fullrank.cpu.CpuOps;
import dev.fullrank.linalg.JacobiSvd;

import java.util.Arrays;

/** The definitions of the report, two passes over rows that are all in memory: what the stream is compared with. */
final class NaiveReport {
  final double[] singularValues;
  final double[] mean;
  final double[] std;
  final double covariancePenalty;
  final double varianceHinge;
  final double maxAbsCorrelation;
  final double norm;

  /** Of n×d row-major rows, with γ = 1, ε = 1e-4 and the divisor n − 1. */
  NaiveReport(double[] rows, int n, int d) {
    singularValues = singularValues(rows, n, d);
    norm = Math.sqrt(Arrays.stream(rows).map(x -> x * x).sum());
    mean = new double[d];
    std = new double[d];
    double[] centred = rows.clone();
    for (int j = 0; j < d; j++) {
      for (int pass = 0; pass < 2; pass++) {
        double shift = 0;
        for (int i = 0; i < n; i++) {
          shift += centred[i * d + j] / n;
        }
        for (int i = 0; i < n; i++) {
          centred[i * d + j] -= shift;
        }
        mean[j] += shift;
      }
    }
    double penalty = 0;
    double hinge = 0;
    double correlation = 0;
    for (int a = 0; a < d; a++) {
      std[a] = Math.sqrt(covariance(centred, n, d, a, a));
      hinge += Math.max(0, 1 - Math.sqrt(covariance(centred, n, d, a, a) + 1e-4));
    }
    for (int a = 0; a < d; a++) {
      for (int b = 0; b < d; b++) {
        if (a != b) {
          double c = covariance(centred, n, d, a, b);
          penalty += c * c;
          correlation = Math.max(correlation, Math.abs(c) / std[a] / std[b]);
        }
      }
    }
    covariancePenalty = penalty / d;
    varianceHinge = hinge / d;
    maxAbsCorrelation = correlation;
  }

  double meanSingularValue() {
    return Arrays.stream(singularValues).sum() / singularValues.length;
  }

  private static double covariance(double[] centred, int n, int d, int a, int b) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += centred[i * d + a] * centred[i * d + b];
    }
    return sum / (n - 1);
  }

  private static double[] singularValues(double[] rows, int n, int d) {
    double[] columnMajor = new double[n * d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        columnMajor[n >= d ? j * n + i : i * d + j] = rows[i * d + j];
      }
    }
    JacobiSvd svd = new JacobiSvd(CpuOps.create(1).kernels());
    int k = Math.min(n, d);
    svd.decompose(columnMajor, Math.max(n, d), k);
    return Arrays.copyOf(svd.singularValues(), k);
  }
}
