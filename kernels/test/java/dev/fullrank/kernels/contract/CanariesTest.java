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

/**
 * Kernels with a mistake in them: their trials must find it. Where a compiler has written other instructions, a mistake may have no place
 * any more; then it is to be made in another way.
 */
class CanariesTest {
  private static final Map<String, List<Trial>> TRIALS = Trials.all().collect(Collectors.groupingBy(Trial::kernel));

  /** What is wrong, and the text that is. */
  record Canary(String mistake, Alteration alteration) {
    @Override
    public String toString() {
      return alteration.kernel() + ": " + mistake;
    }
  }

  private static Canary canary(String mistake, String kernel, String instruction, int occurrence, String replacement) {
    return new Canary(mistake, Alteration.of(kernel, instruction, occurrence, replacement));
  }

  private static Stream<Canary> canaries() {
    return Stream.of(arithmetic(), rounding(), edges(), memory(), threads(), notNumbers(), roots(), batches()).flatMap(canaries -> canaries);
  }

  private static Stream<Canary> arithmetic() {
    return Stream.of(
        canary("a sum becomes a difference", "column_merge", "add.rn.f64", 3, "sub.rn.f64"),
        canary("a sum of the fold becomes a difference", "sum", "add.rn.f64", 7, "sub.rn.f64"),
        canary("a square is forgotten", "row_scan_f32", "mul.rn.f64 A, B, B;", 0, "mov.f64 A, B;"),
        canary("a root is forgotten", "hinge_value", "sqrt.rn.f64", 0, "mov.f64"),
        canary("the sum is not doubled", "off_diagonal", "add.rn.f64 A, B, B;", 0, "mov.f64 A, B;"),
        canary("exponents are halved upwards", "covariance_unit", "shr.s32 A, B, 1;", 0, "add.s32 A, B, 1; shr.s32 A, A, 1;"),
        canary("a wrong power of two", "squared_distance", "0d6570000000000000", 0, "0d6560000000000000"),
        canary("what is equal counts as above", "spectrum_f64", "setp.gt.f64", 0, "setp.ge.f64"),
        canary("what has no weight is in no sum", "spectrum_f32", "st.global.f64 [A+32], B;", 0, "st.global.f64 [A+32], 0d0000000000000000;"),
        canary("another limit", "column_rescue", "0d26F0000000000000", 0, "0d26E0000000000000"));
  }

  private static Stream<Canary> rounding() {
    return Stream.of(
        canary("towards zero", "pack_f64_f32", "cvt.rn.f32.f64", 0, "cvt.rz.f32.f64"),
        canary("ties away from even", "hinge_gradient_f64_bf16", "32767", 0, "32768"),
        canary("twice", "row_gradient_f64_f16", "cvt.rn.f16.f64 A, B;", 0, "{.reg .f32 %z; cvt.rn.f32.f64 %z, B; cvt.rn.f16.f32 A, %z;}"),
        canary("-0 stays", "hinge_gradient_f64_f64", "add.rn.f64 A, B, 0d0000000000000000;", 0, "mov.f64 A, B;"));
  }

  private static Stream<Canary> edges() {
    return Stream.of(
        canary("the last element is left out", "add_scaled", "ld.param.u64 A, [add_scaled_param_1];", 0, "$0 add.s64 A, A, -1;"),
        canary("the last row is left out", "transpose_f64", "ld.param.u64 A, [transpose_f64_param_2];", 0, "$0 add.s64 A, A, -1;"),
        canary("a bound is not tested", "add_scaled", "@P bra L;", 0, ""),
        canary("another bound is not tested", "add_difference", "@P bra L;", 0, ""),
        canary("one row too many", "upper_triangle_f64", "setp.ge.s64", 0, "setp.gt.s64"),
        canary("done although nothing is pending", "column_moments_f32", "@P bra L;", 1, ""));
  }

  private static Stream<Canary> memory() {
    return Stream.of(
        canary("another stride", "transpose_f32", "[transpose_f32_param_5]", 0, "[transpose_f32_param_1]"),
        canary("31 bits of an index", "centre_f32", "mul.lo.s64 A, B, C;", 0, "mul.lo.s64 A, B, C; and.b64 A, A, 2147483647;"),
        canary("an element too far to the right", "pack_f64_f64", "st.global.f64 [A]", 0, "st.global.f64 [A+8]"),
        canary("an input is changed", "sum", "ld.global.f64 A, [B];", 0, "$0 st.global.f64 [B], 0d4008000000000000;"),
        canary("read although the weight is 0", "scale_columns_f32", "setp.eq.f32 P, A, 0f00000000;", 0, "setp.eq.f32 P, A, 0f7F800000;"));
  }

  private static Stream<Canary> threads() {
    return Stream.of(
        canary("no barrier in the tile", "transpose_f64", "bar.sync 0;", 0, ""),
        canary("no barrier before the next tile", "transpose_f64", "bar.sync 0;", 1, ""),
        canary("no barrier in the fold", "residual_norms_f64", "bar.sync 0;", 1, ""),
        canary("no barrier after the weights", "column_merge", "bar.sync 0;", 1, ""),
        canary("no barrier before the next chunk", "column_moments_f16", "bar.sync 0;", 0, ""),
        canary("the last step of the fold is left out", "sum", "mov.u32 A, 1;", 0, "mov.u32 A, 0;"));
  }

  private static Stream<Canary> notNumbers() {
    return Stream.of(
        canary("NaN is lost", "row_units", "or.pred", 0, "and.pred"),
        canary("the last instead of the first", "first_nonfinite_bf16", "atom.global.min.u64", 0, "atom.global.max.u64"),
        canary("the last instead of the first", "small_rows_f32", "min.u64", 0, "max.u64"),
        canary("no barrier before the units are read", "small_rows_f64", "bar.sync 0;", 1, ""),
        canary("a warp goes too far", "small_rows_bf16", "add.s64 A, A, 32;", 0, "add.s64 A, A, 33;"),
        canary("the largest number counts as infinite", "row_scan_f64", "9218868437227405311", 0, "9218868437227405310"));
  }

  private static Stream<Canary> roots() {
    return Stream.of(
        canary("a magnitude is forgotten", "gram_rows", "abs.f64", 0, "mov.f64"),
        canary("a root is forgotten", "gram_scale", "sqrt.rn.f64", 1, "mov.f64"),
        canary("no barrier before a tile is read", "mirror", "bar.sync 0;", 0, ""),
        canary("another identity", "root_rows", "0d3FF0000000000000", 0, "0d4000000000000000"),
        canary("a sum of the fold becomes a difference", "root_sums", "add.rn.f64", 9, "sub.rn.f64"),
        canary("what is at the cut is cut", "eigen_weights", "setp.ltu.f64", 0, "setp.leu.f64"),
        canary("the second matrix is read though it is not there", "combine", "setp.eq.s64", 0, "setp.ne.s64"),
        canary("the vector is read twice", "symmetric_image", "mul.rn.f64 A, B, C;", 0, "mul.rn.f64 A, C, C;"),
        canary("β is taken from this step", "lanczos_step", "+-8]", 0, "+8]"),
        canary("α is forgotten", "lanczos_step", "sub.rn.f64", 0, "add.rn.f64"),
        canary("divided by nothing", "lanczos_step", "div.rn.f64 A, B, C;", 0, "mov.f64 A, B;"),
        canary("a magnitude is forgotten", "block_root", "abs.f64", 0, "mov.f64"),
        canary("no barrier before a product is written", "block_root", "bar.sync 0;", 25, ""),
        canary("a matrix is multiplied by itself", "block_root", "64 {A, B}, {C}, {D},", 0, "64 {A, B}, {C}, {C},"),
        canary("another identity", "block_root", "0d3FF0000000000000", 0, "0d4000000000000000"),
        canary("no barrier before the parts of G·v are added", "block_root", "bar.sync 0;", 15, ""),
        canary("the vector before the last is forgotten", "block_root", "neg.f64 A, B;", 1, "mov.f64 A, 0d0000000000000000;"),
        canary("nothing is above all eigenvalues", "block_root", "setp.lt.f64 A, B, 0d0000000000000000;", 1, "setp.lt.f64 A, B, B;"),
        canary("it does not start again", "block_root", "setp.ltu.f64 A, B, C;", 3, "setp.lt.f64 A, B, B;"),
        canary("NaN is permitted", "block_root", "setp.ltu.f64", 3, "setp.lt.f64"));
  }

  private static Stream<Canary> batches() {
    return Stream.of(
        canary("rows and columns are exchanged", "batch_pack_bf16", "div.u32", 0, "rem.u32"),
        canary("no barrier before Y", "batch_pack_f64", "bar.sync 0;", 2, ""),
        canary("rounded twice", "batch_gradient_f16", "cvt.rn.f16.f64 A, B;", 1, "{.reg .f32 %z; cvt.rn.f32.f64 %z, B; cvt.rn.f16.f32 A, %z;}"),
        canary("another limit of the range", "batch_gradient_f64", "0d7FEFFFFFFFFFFFFF", 1, "0d7FDFFFFFFFFFFFFF"),
        canary("no barrier before the diagonal changes", "batch_eigenvectors", "bar.sync 0;", 6, ""),
        canary("no barrier before the next round", "batch_eigenvectors", "bar.sync 0;", 9, ""),
        canary("lanes do not wait for the others to read", "batch_eigenvectors", "bar.warp.sync -1;", 0, ""),
        canary("roundoff passes for a pivot", "batch_eigenvectors", "0d3CB0000000000000", 0, "0d3980000000000000"),
        canary("columns pass for orthogonal", "batch_eigenvectors", "0d3CB0000000000000", 1, "0d3E70000000000000"),
        canary("no barrier before the next slab", "batch_polar", "bar.sync 0;", 18, ""),
        canary("no barrier before the norms are read", "batch_polar", "bar.sync 0;", 12, ""),
        canary("no barrier before V is read", "batch_polar", "bar.sync 0;", 15, ""),
        canary("lengths of vectors stay in the sum", "batch_polar", "0dBFE0000000000000", 0, "0d0000000000000000"),
        canary("the residual of Y is forgotten", "batch_polar", "sub.rn.f64 A, B, C; mul.rn.f64 D, A, A;", 0, "mov.f64 D, 0d0000000000000000;"));
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
    Kernels same = Kernels.with(Alteration.of("add_scaled", "mul.rn.f64 A, B, C;", 0, "mul.rn.f64 A, C, B;"));
    assertThat(TRIALS.get("add_scaled")).noneMatch(trial -> finds(trial, same));
  }
}
