#pragma once

#include "block.cuh"
#include "quad.cuh"

// Deviations from column means, times a factor for each column: a gradient of the variance, or a centred matrix.

/** What four neighbouring columns need. */
struct QuadOfColumns {
  double scale[QUAD];
  double origin[QUAD];
  double delta[QUAD];
  double factor[QUAD];
  bool idle = true;

  /** factor_j·((x_j·scale_j − origin_j) − delta_j), a zero product being +0. */
  template <typename O, typename E>
  __device__ Quad<O> of(const Quad<E>& x) const {
    Quad<O> out;
#pragma unroll
    for (int k = 0; k < QUAD; k++) {
      double deviation = (widen(x.v[k]) * scale[k] - origin[k]) - delta[k];
      out.v[k] = narrow<O>(factor[k] * deviation + 0.0);
    }
    return out;
  }
};

/** The columns of quad n; beyond the last, that one again. */
template <typename Factor>
__device__ inline QuadOfColumns quad_of_columns(
    i64 n, i64 d, const double* origin, const double* delta, const double* scale, Factor factor) {
  QuadOfColumns c;
#pragma unroll
  for (int k = 0; k < QUAD; k++) {
    i64 column = min(n * QUAD + k, d - 1);
    c.scale[k] = or_one(scale, column);
    c.origin[k] = origin[column];
    c.delta[k] = delta[column];
    c.factor[k] = factor(column);
    c.idle = c.idle && c.factor[k] == 0;
  }
  return c;
}

/**
 * out_ij := factor(j)·((x_ij·scale_j − origin_j) − delta_j), rounded once, a zero product being +0. Where four columns of a
 * thread have the factor 0, x is not read.
 */
template <typename E, typename O, typename Factor>
__device__ inline void deviations(
    const E* x, i64 rowStride, i64 b, i64 d, const double* origin, const double* delta, const double* scale, Factor factor,
    O* out, i64 outStride) {
  i64 n = i64{blockIdx.x} * WARP + lane();
  if (n * QUAD >= d) {
    return;
  }
  QuadOfColumns columns = quad_of_columns(n, d, origin, delta, scale, factor);
  i64 row = i64{blockIdx.y} * BLOCK_ROWS + warp();
  i64 step = i64{gridDim.y} * BLOCK_ROWS;
  bool whole = aligned(x, rowStride) && aligned(out, outStride) && (n + 1) * QUAD <= d;
  if (whole && !columns.idle) {
    row = load_ahead<QUADS_AHEAD<E>>(
        row, b, step, [=](i64 i) { return load_quad(x + i * rowStride, n); },
        [=](i64 i, const Quad<E>& q) { store_quad(out + i * outStride, n, columns.template of<O>(q)); });
  }
  load_all<1>(
      row, b, step, [=](i64 i) { return columns.idle ? Quad<E>{} : load_elements(x + i * rowStride, n, d); },
      [=](i64 i, const Quad<E>& q) { store_elements(out + i * outStride, n, d, columns.template of<O>(q)); });
}
