#pragma once

#include "block.cuh"

// What is asked of Z, T = G·Z and M = Z·T: sums over their entries.

constexpr int ROOT_SUMS = 5;

/** Adds what an entry of T, M and Z has to tr T, ⟨M, T⟩, ‖M − I‖_F², tr Z and ‖Z‖_F². */
__device__ inline void add_entry(double (&sums)[ROOT_SUMS], bool diagonal, double t, double m, double z) {
  double residual = m - (diagonal ? 1 : 0);
  sums[0] += diagonal ? t : 0;
  sums[1] += m * t;
  sums[2] += residual * residual;
  sums[3] += diagonal ? z : 0;
  sums[4] += z * z;
}

/** out_q := sums_q. */
__device__ inline void store_sums(const double (&sums)[ROOT_SUMS], double* out) {
#pragma unroll
  for (int q = 0; q < ROOT_SUMS; q++) {
    out[q] = sums[q];
  }
}
