#include "batch.cuh"
#include "warp_rows.cuh"

// Batches: the input of many matrices packed, and their gradients written, a block a matrix and a warp a row. Contract: batch.md.

/** Units and sums of squares of the rows, and Y as n rows of k; zeros if an entry is not finite. */
template <typename E>
__device__ inline void pack_matrix(const Batched& m, i64 normalize, BatchReport& report) {
  const E* x = reinterpret_cast<const E*>(m.x);
  double* unit = m.rows;
  double* squares = unit + m.b;
  double* inverse = squares + m.b;
  u64 first = scan_rows<BLOCK>(x, m.rowStride, m.b, m.d, unit, squares);
  row_units<BLOCK>(m.b, normalize, unit, squares, inverse, report.rows);
  if (threadIdx.x == 0) {
    report.firstNonFinite = first;
  }
  bool wide = m.wide();
  unsigned k = m.k();
  unsigned entries = m.n() * k;
  for (unsigned e = threadIdx.x; e < entries; e += BLOCK) {
    i64 i = wide ? e % k : e / k;
    i64 j = wide ? e / k : e % k;
    m.y[e] = first == NONE ? widen(x[i * m.rowStride + j]) * unit[i] * inverse[i] : 0;
  }
}

/** out_ij := f_i·(p_ij − t_i·y_ij) with t_i = ⟨p_i, y_i⟩ and f_i = factor·inverse_i·unit_i, or f_i·p_ij with f_i = factor. */
template <typename O>
__device__ inline void write_gradient(const Batched& m, i64 normalize, double factor) {
  O* out = reinterpret_cast<O*>(m.out);
  i64 rowStep = m.wide() ? 1 : m.d;
  i64 step = m.wide() ? m.b : 1;
  for (i64 i = warp(); i < m.b; i += BLOCK_ROWS) {
    const double* p = m.p + i * rowStep;
    const double* y = m.y + i * rowStep;
    double t[] = {0};
    double f = factor;
    if (normalize) {
      for (i64 j = lane(); j < m.d; j += WARP) {
        t[0] += p[j * step] * y[j * step];
      }
      fold_lanes<WARP>(Sum{}, t);
      f = factor * row_slope(m.rows[i], m.rows[2 * m.b + i]);
    }
    for (i64 j = lane(); j < m.d; j += WARP) {
      double tangent = normalize ? p[j * step] - t[0] * y[j * step] : p[j * step];
      out[i * m.outStride + j] = narrow<O>(f * tangent);
    }
  }
}

#define BATCH(e, E)                                                                                                        \
  KERNEL(BLOCK) batch_pack_##e(                                                                                            \
      const Batched* matrices, const i64* numbers, i64 count, i64 normalize, BatchReport* reports) {                       \
    each_matrix(matrices, numbers, count, [=](const Batched& m, i64 i) { pack_matrix<E>(m, normalize, reports[i]); });     \
  }                                                                                                                        \
  KERNEL(BLOCK) batch_gradient_##e(                                                                                        \
      const Batched* matrices, const i64* numbers, i64 count, i64 normalize, const double* factors) {                      \
    each_matrix(matrices, numbers, count, [=](const Batched& m, i64 i) { write_gradient<E>(m, normalize, factors[i]); });  \
  }

FOR_ELEMENTS(BATCH)
