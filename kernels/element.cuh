#pragma once

// Elements: the types that data and gradients may have, and what the bits of a double say.

using i64 = long long;
using u64 = unsigned long long;

/** IEEE 754 binary16 and bfloat16 as they lie in memory; arithmetic is on the widened number. */
enum class Binary16 : unsigned short {};
enum class Bfloat16 : unsigned short {};

/** Entry points for all types of elements: M(suffix, type). */
#define FOR_ELEMENTS(M) M(f64, double) M(f32, float) M(f16, Binary16) M(bf16, Bfloat16)

/** Entry points for the types that are computed in. */
#define FOR_COMPUTED(M) M(f64, double) M(f32, float)

/** An entry point. Every parameter is 64 bits wide: an address, an i64 or a double. */
#define KERNEL(threads) extern "C" __global__ void __launch_bounds__(threads)

constexpr u64 MAGNITUDE = 0x7fffffffffffffff;
constexpr u64 INFINITE = 0x7ff0000000000000;
constexpr int FRACTION_BITS = 52;
constexpr int BIAS = 1023;

/** What firstNonFinite holds where all is finite. */
constexpr u64 NONE = ~u64{0};

/** The exact value. */
__device__ inline double widen(double x) {
  return x;
}

__device__ inline double widen(float x) {
  return x;
}

__device__ inline double widen(Binary16 x) {
  float exact;
  asm("cvt.f32.f16 %0, %1;" : "=f"(exact) : "h"(static_cast<unsigned short>(x)));
  return exact;
}

__device__ inline double widen(Bfloat16 x) {
  return __uint_as_float(static_cast<unsigned>(x) << 16);
}

/** The nearest number of the type, ties to even; NaN stays NaN, what is beyond the range becomes infinite. */
template <typename E>
__device__ inline E narrow(double x);

template <>
__device__ inline double narrow<double>(double x) {
  return x;
}

template <>
__device__ inline float narrow<float>(double x) {
  return static_cast<float>(x);
}

template <>
__device__ inline Binary16 narrow<Binary16>(double x) {
  unsigned short nearest;
  asm("cvt.rn.f16.f64 %0, %1;" : "=h"(nearest) : "d"(x));
  return Binary16{nearest};
}

/** By way of a float that is rounded to odd: 24 bits are enough for the second rounding, to 8, to be the only one. */
template <>
__device__ inline Bfloat16 narrow<Bfloat16>(double x) {
  if (x != x) {
    return Bfloat16{0x7fc0};
  }
  float towardsZero = __double2float_rz(x);
  unsigned odd = __float_as_uint(towardsZero) | (towardsZero != x ? 1u : 0u);
  unsigned nearestEven = odd + 0x7fffu + ((odd >> 16) & 1u);
  return Bfloat16{static_cast<unsigned short>(nearestEven >> 16)};
}

/** |x| as an integer: in the order of magnitudes, at least INFINITE if x is not finite. */
__device__ inline u64 magnitude(double x) {
  return static_cast<u64>(__double_as_longlong(x)) & MAGNITUDE;
}

__device__ inline double not_a_number() {
  return __longlong_as_double(0x7ff8000000000000);
}

__device__ inline double infinity() {
  return __longlong_as_double(INFINITE);
}

/** ⌊log2 |x|⌋; −1023 of zero and subnormal numbers, 1024 of infinity and NaN. */
__device__ inline int exponent(double x) {
  return static_cast<int>(magnitude(x) >> FRACTION_BITS) - BIAS;
}

/** 2^e for −1022 ≤ e ≤ 1023. */
__device__ inline double power_of_two(int e) {
  return __longlong_as_double(static_cast<i64>(e + BIAS) << FRACTION_BITS);
}

/** Entry i of an array, or 1 if there is none. */
__device__ inline double or_one(const double* array, i64 i) {
  return array == nullptr ? 1 : array[i];
}
