#pragma once

#include "element.cuh"

// Quads: four neighbouring elements of a row, which a thread moves in one piece where they are aligned.

/** Neighbours: four floats are the widest load. */
constexpr int QUAD = 4;

/** Four neighbours. */
template <typename E>
struct Quad {
  E v[QUAD];
};

/** The builtin vectors that quads are moved in; one of them is what a quad is aligned to. */
template <typename E>
struct VectorOf {
  using type = ushort4;
};

template <>
struct VectorOf<float> {
  using type = float4;
};

template <>
struct VectorOf<double> {
  using type = double2;
};

template <typename E>
using Vector = typename VectorOf<E>::type;

/** What a thread loads before it uses the first of it, in bytes: with 1024 threads at work, 32 KiB a multiprocessor. */
constexpr int LOADED = 32;

/** The same in quads. */
template <typename E>
constexpr int QUADS_AHEAD = LOADED / sizeof(Quad<E>);

/** Whether all rows start where a quad may lie. */
template <typename E>
__device__ inline bool aligned(const E* p, i64 stride) {
  return (reinterpret_cast<u64>(p) | static_cast<u64>(stride * i64{sizeof(E)})) % alignof(Vector<E>) == 0;
}

/** Quad n of an aligned row. */
template <typename E>
__device__ inline Quad<E> load_quad(const E* row, i64 n) {
  Vector<E> a = reinterpret_cast<const Vector<E>*>(row)[n];
  return {E(a.x), E(a.y), E(a.z), E(a.w)};
}

template <>
__device__ inline Quad<double> load_quad(const double* row, i64 n) {
  double2 a = reinterpret_cast<const double2*>(row)[2 * n];
  double2 b = reinterpret_cast<const double2*>(row)[2 * n + 1];
  return {a.x, a.y, b.x, b.y};
}

/** Quad n of an aligned row := q. */
__device__ inline void store_quad(float* row, i64 n, const Quad<float>& q) {
  reinterpret_cast<float4*>(row)[n] = {q.v[0], q.v[1], q.v[2], q.v[3]};
}

__device__ inline void store_quad(double* row, i64 n, const Quad<double>& q) {
  reinterpret_cast<double2*>(row)[2 * n] = {q.v[0], q.v[1]};
  reinterpret_cast<double2*>(row)[2 * n + 1] = {q.v[2], q.v[3]};
}

template <typename O>
__device__ inline void store_quad(O* row, i64 n, const Quad<O>& q) {
  using bits = unsigned short;
  reinterpret_cast<ushort4*>(row)[n] = {bits(q.v[0]), bits(q.v[1]), bits(q.v[2]), bits(q.v[3])};
}

/** Quad n of a row of d, element by element; beyond the last, that one again. */
template <typename E>
__device__ inline Quad<E> load_elements(const E* row, i64 n, i64 d) {
  Quad<E> q;
#pragma unroll
  for (int k = 0; k < QUAD; k++) {
    q.v[k] = row[min(n * QUAD + k, d - 1)];
  }
  return q;
}

/** Quad n of a row of d := q, element by element, without what lies beyond the last. */
template <typename O>
__device__ inline void store_elements(O* row, i64 n, i64 d, const Quad<O>& q) {
#pragma unroll
  for (int k = 0; k < QUAD; k++) {
    if (n * QUAD + k < d) {
      row[n * QUAD + k] = q.v[k];
    }
  }
}
