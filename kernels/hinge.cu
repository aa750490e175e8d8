#include "deviations.cuh"

// The variance hinge, (1/d)·Σ_j max(0, γ − S_j) with S_j = √(variance_j + ε), and its gradient. Contract: hinge.md.

/** Fewer than 2^31 terms, each up to the largest double, add up without overflow in this unit. */
constexpr double SUM_UNIT = 0x1p-32;

/** What is added up over the columns. */
enum HingeSum { SLACK, SLACK_UNITS, STDS, STD_UNITS, BELOW, DEAD, UNUSABLE, HINGE_SUMS };

/** What hinge_value leaves in result. */
enum HingeResult { VALUE, COUNT_BELOW, COUNT_DEAD, LEAST_STD, MEAN_STD, FINITE };

/** √(a² + b²) for a, b ≥ 0 without overflow on the way, within 3 ulp; NaN if a is. */
__device__ inline double hypotenuse(double a, double b) {
  double larger = a > b ? a : b;
  double smaller = a > b ? b : a;
  if (!(smaller > 0)) {
    return larger + smaller;
  }
  double ratio = smaller / larger;
  return larger * sqrt(1 + ratio * ratio);
}

/** Σ/d, from the sum in units where the sum itself is not representable. */
__device__ inline double mean(double sum, double units, i64 d) {
  return sum < infinity() ? sum / d : units / d / SUM_UNIT;
}

/**
 * With V_j = squares_j/divisor, in units of scale_j⁻²:
 *
 *   S_j     := √(V_j + ε)                        where scale_j is 1, else the hypotenuse of √V_j/scale_j and √ε
 *   slope_j := −1/(divisor·d·S_j·scale_j)        where S_j < γ and squares_j ≠ 0, else 0
 *   result  := {(1/d)·Σ_{S_j < γ} (γ − S_j), #{S_j < γ}, #{squares_j = 0}, min S_j, mean S_j, 1 if all squares are finite}
 */
KERNEL(ONE_BLOCK) hinge_value(
    i64 d, const double* squares, const double* scale, double divisor, double gamma, double epsilon, double* slope,
    double* result) {
  double sums[HINGE_SUMS] = {};
  double least = infinity();
  for (i64 j = threadIdx.x; j < d; j += ONE_BLOCK) {
    double s = or_one(scale, j);
    double variance = squares[j] / divisor;
    double root = sqrt(s == 1 ? variance + epsilon : variance);
    double std = s == 1 ? root : hypotenuse(root / s, sqrt(epsilon));
    double scaledStd = s == 1 ? root : hypotenuse(root, sqrt(epsilon) * s);
    bool below = !(std >= gamma);  // so that NaN counts
    bool dead = squares[j] == 0;
    slope[j] = below && !dead ? -1 / (divisor * d * scaledStd) : 0;
    double slack = below ? gamma - std : 0;
    sums[SLACK] += slack;
    sums[SLACK_UNITS] += slack * SUM_UNIT;
    sums[STDS] += std;
    sums[STD_UNITS] += std * SUM_UNIT;
    sums[BELOW] += below ? 1 : 0;
    sums[DEAD] += dead ? 1 : 0;
    sums[UNUSABLE] += squares[j] < infinity() ? 0 : 1;
    least = Smaller{}(least, std);
  }
  fold_each<ONE_BLOCK>(Sum{}, sums);
  least = fold<ONE_BLOCK>(Smaller{}, least);
  if (threadIdx.x == 0) {
    result[VALUE] = mean(sums[SLACK], sums[SLACK_UNITS], d);
    result[COUNT_BELOW] = sums[BELOW];
    result[COUNT_DEAD] = sums[DEAD];
    result[LEAST_STD] = least;
    result[MEAN_STD] = mean(sums[STDS], sums[STD_UNITS], d);
    result[FINITE] = sums[UNUSABLE] == 0 ? 1 : 0;
  }
}

/** out_ij := upstream·slope_j·((x_ij·scale_j − origin_j) − delta_j), NaN everywhere if not all squares are finite. */
template <typename E, typename O>
__device__ inline void hinge_gradient(
    const E* x, i64 rowStride, i64 b, i64 d, const double* origin, const double* delta, const double* scale,
    const double* slope, double upstream, const double* result, O* out, i64 outStride) {
  double u = result[FINITE] != 0 ? upstream : not_a_number();
  auto factor = [=](i64 j) { return u * slope[j]; };
  deviations(x, rowStride, b, d, origin, delta, scale, factor, out, outStride);
}

#define HINGE_GRADIENT_TO(e, E, o, O)                                                                                      \
  KERNEL(BLOCK) hinge_gradient_##e##_##o(                                                                                  \
      const E* x, i64 rowStride, i64 b, i64 d, const double* origin, const double* delta, const double* scale,             \
      const double* slope, double upstream, const double* result, O* out, i64 outStride) {                                 \
    hinge_gradient(x, rowStride, b, d, origin, delta, scale, slope, upstream, result, out, outStride);                     \
  }

#define HINGE_GRADIENT(e, E)                                                                                               \
  HINGE_GRADIENT_TO(e, E, f64, double)                                                                                     \
  HINGE_GRADIENT_TO(e, E, f32, float)                                                                                      \
  HINGE_GRADIENT_TO(e, E, f16, Binary16)                                                                                   \
  HINGE_GRADIENT_TO(e, E, bf16, Bfloat16)

FOR_ELEMENTS(HINGE_GRADIENT)
