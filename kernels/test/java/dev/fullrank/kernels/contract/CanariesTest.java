package dev.fullrank.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.kernels.ptx.PtxFault;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels with a mistake in them: their trials must find it. */
class CanariesTest {
  private static final String ADD = "add\\.rn\\.f64";
  private static final String SUB = "sub.rn.f64";
  private static final String BARRIER = "bar\\.sync \t0;";
  private static final String BRANCH = "@!?%p\\d+ bra \t\\$L\\w+;";

  private static final Map<String, List<Trial>> TRIALS = Trials.all().collect(Collectors.groupingBy(Trial::kernel));

  /** A mistake and what becomes of it. */
  record Canary(String mistake, Alteration alteration) {
    @Override
    public String toString() {
      return alteration.kernel() + ": " + mistake;
    }
  }

  private static Canary canary(String mistake, String kernel, String pattern, int occurrence, String replacement) {
    return new Canary(mistake, new Alteration(kernel, pattern, occurrence, replacement));
  }

  private static Stream<Canary> canaries() {
    return Stream.of(
        // arithmetic
        canary("a sum becomes a difference", "column_merge", ADD, 3, SUB),
        canary("a sum of the fold becomes a difference", "sum", ADD, 7, SUB),
        canary("the square is forgotten", "row_scan_f32", "mul\\.rn\\.f64 (\t%fd\\d+), (%fd\\d+), \\2;", 0, "mov.f64 $1, $2;"),
        canary("roots are taken of nothing", "hinge_value", "sqrt\\.rn\\.f64", 0, "mov.f64"),
        canary("the sum is not doubled", "off_diagonal", "add\\.rn\\.f64 (\t%fd\\d+), (%fd\\d+), \\2;", 0, "mov.f64 $1, $2;"),
        canary("exponents are halved upwards", "covariance_unit", "shr\\.s32 (\t%r\\d+), (%r\\d+), 1;", 0, "add.s32 $1, $2, 1; shr.s32 $1, $1, 1;"),
        canary("a wrong power of two", "squared_distance", "0d6570000000000000", 0, "0d6560000000000000"),
        canary("above or equal counts", "spectrum_f64", "setp\\.gt\\.f64", 0, "setp.ge.f64"),
        canary("the other limit", "column_rescue", "0d26F0000000000000", 0, "0d26E0000000000000"),
        // rounding
        canary("rounded towards zero", "pack_f64_f32", "cvt\\.rn\\.f32\\.f64", 0, "cvt.rz.f32.f64"),
        canary("ties away from even", "hinge_gradient_f64_bf16", "32767", 0, "32768"),
        canary("-0 stays", "hinge_gradient_f64_f64", "add\\.rn\\.f64 (\t%fd\\d+), (%fd\\d+), 0d0000000000000000;", 0, "mov.f64 $1, $2;"),
        canary("rounded twice", "covariance_gradient_f16", "cvt\\.rn\\.f16\\.f64 (%rs\\d+), (%fd\\d+);", 0, "{ .reg .f32 %z; cvt.rn.f32.f64 %z, $2; cvt.rn.f16.f32 $1, %z; }"),
        // edges
        canary("the last element is left out", "add_scaled", "(ld\\.param\\.u64 \t(%rd\\d+), \\[add_scaled_param_1\\];)", 0, "$1 add.s64 $2, $2, -1;"),
        canary("the last row is left out", "row_gradient_f32_f32", "(ld\\.param\\.u64 \t(%rd\\d+), \\[row_gradient_f32_f32_param_4\\];)", 0, "$1 add.s64 $2, $2, -1;"),
        canary("the test of the bound is gone", "add_scaled", BRANCH, 0, ""),
        canary("the test of the columns is gone", "add_difference", BRANCH, 0, ""),
        canary("one row too many", "upper_triangle_f64", "setp\\.ge\\.s64", 0, "setp.gt.s64"),
        canary("a pending column is not waited for", "column_moments_f32", BRANCH, 1, ""),
        canary("the stride of the input for the output", "transpose_f32", "\\[transpose_f32_param_5\\]", 0, "[transpose_f32_param_1]"),
        canary("an index of 32 bits", "centre_f32", "mul\\.lo\\.s64 (\t%rd\\d+), (%rd\\d+), (%rd\\d+);", 0, "mul.lo.s64 $1, $2, $3; and.b64 $1, $1, 2147483647;"),
        // threads
        canary("a barrier is missing", "transpose_f64", BARRIER, 0, ""),
        canary("a barrier is missing before the next tile", "transpose_f64", BARRIER, 1, ""),
        canary("a barrier of the fold is missing", "residual_norms_f64", BARRIER, 1, ""),
        canary("a barrier of the weights is missing", "column_merge", BARRIER, 1, ""),
        canary("a barrier before the next chunk is missing", "column_moments_f16", BARRIER, 0, ""),
        canary("the last lane is not joined", "sum", "mov\\.u32 (\t%r\\d+), 1;", 0, "mov.u32 $1, 0;"),
        // numbers that are none
        canary("NaN is lost", "row_units", "or\\.pred", 0, "and.pred"),
        canary("the last that is not finite", "first_nonfinite_bf16", "(atom|red)\\.global\\.min\\.u64", 0, "$1.global.max.u64"),
        canary("what must not be read is read", "scale_columns_f32", "(setp\\.eq\\.f32 \t%p\\d+, %f\\d+), 0f00000000;", 0, "$1, 0f7F800000;"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("canaries")
  void aMistakeIsFound(Canary canary) {
    Kernels altered = Kernels.with(canary.alteration());
    assertThat(TRIALS.get(canary.alteration().kernel())).anyMatch(trial -> finds(trial, altered));
  }

  private static boolean finds(Trial trial, Kernels altered) {
    try {
      trial.run(altered);
      return false;
    } catch (AssertionError | PtxFault mistake) {
      return true;
    }
  }

  /** Otherwise the tests above would say nothing. */
  @Test
  void whatIsNoMistakeIsNotFound() {
    Kernels same = Kernels.with(new Alteration("add_scaled", "mul\\.rn\\.f64 (\t%fd\\d+), (%fd\\d+), (%fd\\d+);", 0, "mul.rn.f64 $1, $3, $2;"));
    assertThat(TRIALS.get("add_scaled")).noneMatch(trial -> finds(trial, same));
  }
}
