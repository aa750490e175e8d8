/*
 * Products of matrices for the stand-in of cuBLAS, included once for each element type: REAL is the type, NAME(x) makes a name of its own.
 * Column-major. Sums run over the inner dimension in order and in REAL, so that float results have errors like those of a GPU.
 */

/* op(A) of the product without gaps, rows × inner. */
static REAL *NAME(packed)(const struct product *p) {
  const REAL *a = (const REAL *)(uintptr_t)p->a.address;
  REAL *packed = malloc((size_t)(p->m * p->k + 1) * sizeof(REAL));
  if (packed == NULL) {
    abort();
  }
  for (int64_t l = 0; l < p->k; l++) {
    for (int64_t i = 0; i < p->m; i++) {
      packed[i + l * p->m] = p->transpose_a ? a[l + i * p->a.stride] : a[i + l * p->a.stride];
    }
  }
  return packed;
}

/* sum_i += a_i·b */
static void NAME(add_scaled)(int64_t n, REAL *restrict sum, const REAL *restrict a, REAL b) {
  for (int64_t i = 0; i < n; i++) {
    sum[i] += a[i] * b;
  }
}

/* Rows first to last - 1 of column j of C := alpha·op(A)·op(B) + beta·C. C is not read if beta is 0. */
static void NAME(column)(const struct product *p, const REAL *packed, REAL *sum, int64_t j, int64_t first, int64_t last) {
  const REAL *b = (const REAL *)(uintptr_t)p->b.address;
  REAL *c = (REAL *)(uintptr_t)p->c.address + j * p->c.stride;
  const REAL alpha = (REAL)p->alpha;
  const REAL beta = (REAL)p->beta;
  memset(sum, 0, (size_t)(last - first) * sizeof(REAL));
  for (int64_t l = 0; packed != NULL && l < p->k; l++) {
    const REAL factor = p->transpose_b ? b[j + l * p->b.stride] : b[l + j * p->b.stride];
    NAME(add_scaled)(last - first, sum, packed + first + l * p->m, factor);
  }
  for (int64_t i = first; i < last; i++) {
    const REAL product = packed == NULL ? 0 : alpha * sum[i - first];
    c[i] = beta == 0 ? product : product + beta * c[i];
  }
}

static void NAME(multiply)(const struct product *p) {
  REAL *packed = p->alpha == 0 ? NULL : NAME(packed)(p);
  REAL *sum = malloc((size_t)(p->m + 1) * sizeof(REAL));
  if (sum == NULL) {
    abort();
  }
  for (int64_t j = 0; j < p->n; j++) {
    const int64_t first = p->part == LOWER ? j : 0;
    const int64_t last = p->part == UPPER ? j + 1 : p->m;
    NAME(column)(p, packed, sum, j, first, last);
    if (p->part != ALL) {
      standin_written(&(struct standin_matrix){
          p->c.address + (uint64_t)(first + j * p->c.stride) * sizeof(REAL), last - first, 1, last - first, sizeof(REAL)});
    }
  }
  if (p->part == ALL) {
    standin_written(&p->c);
  }
  free(sum);
  free(packed);
}
