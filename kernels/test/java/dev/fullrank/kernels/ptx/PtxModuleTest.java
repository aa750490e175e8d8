package dev.fullrank.kernels.ptx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PtxModuleTest {
  @Test
  void entriesAreFoundByName() {
    PtxModule module = PtxModule.parse(
        """
        // A comment, and /* one of the other kind */
        .version 7.0
        .target sm_75, texmode_independent
        .address_size 64
        /* over
           two lines */
        .visible .entry first(.param .u64 .ptr .global .align 8 a, .param .f32 b, .param .align 4 .b8 c[12])
        .maxntid 64, 2
        .minnctapersm 1
        { ret; }
        .entry second() .reqntid 32, 1, 1 { .pragma "nounroll"; ret; }
        """);
    assertThat(module.names()).containsExactlyInAnyOrder("first", "second");
    assertThat(module.kernel("first").parameterSizes()).containsExactly(8, 4, 12);
    assertThat(module.kernel("first").mostThreads()).isEqualTo(128);
    assertThat(module.kernel("second").mostThreads()).isEqualTo(32);
    assertThatThrownBy(() -> module.kernel("third")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("third");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiterString = "=>", textBlock = """
      frobnicate.b32 %r1, %r2                => opcode frobnicate is not supported
      add.sat.s32 %r1, %r2, %r3              => modifier .sat
      add.ftz.f32 %f1, %f2, %f3              => modifier .ftz
      add.f16 %rs1, %rs2, %rs3               => not defined for .f16
      div.approx.f32 %f1, %f2, %f3           => expected a modifier out of rn
      div.full.f32 %f1, %f2, %f3             => expected a modifier out of rn
      fma.f64 %fd1, %fd2, %fd3, %fd4         => expected a modifier out of rn
      add.s32 %r1, %r2                       => operand 3 is missing
      add.s32 %r1, %r2, %r3, %r4             => too many
      add.s32 %r1, %r2, %rd3                 => a register of .b64 where .s32
      add.s64 %rd1, %r2, %rd3                => a register of .b32 where .s64
      add.s32 %r1, %r2, %x3                  => %x3 is not declared
      add.f32 %f1, %f2, 1                    => a literal of another type
      add.f32 %f1, %f2, 0d3FF0000000000000   => a literal of another type
      add %r1, %r2, %r3                      => a type is missing
      setp.lt.b32 %p1, %r1, %r2              => .lt is not defined for .b32
      setp.lo.s32 %p1, %r1, %r2              => .lo is not defined for .s32
      setp.ltu.s32 %p1, %r1, %r2             => modifier
      cvt.f32.s32 %f1, %r1                   => a rounding is missing
      cvt.rn.s32.f32 %r1, %f1                => a rounding is missing, or has nothing to round
      cvt.rni.f32.f64 %f1, %fd1              => a rounding is missing, or has nothing to round
      ld.global.v2.f64 %fd1, [%rd1]          => 1 registers for 2 elements
      ld.global.u64 %r1, [%rd1]              => a register of .b32 where .u64
      ld.shared.u32 %r1, [n]                 => n is not in the space of the instruction
      bra nowhere                            => no such label
      bar.sync 0, 64                         => too many
      bar.sync 16                            => there is no barrier 16
      bar.arrive 0, 64                       => expected a modifier
      shfl.down.b32 %r1, %r2, 1, 31          => expected a modifier out of sync
      call (%r1), unknown, (%r2)             => a function without a body
      mov.b64 {%r1, %r2, %r3}, %rd1          => 3 parts do not make up .b64
      """)
  void whatIsNotKnownIsAnErrorAtItsLine(String instruction, String message) {
    assertThatThrownBy(() -> Snippets.kernel("\n" + instruction + ";"))
        .isInstanceOf(PtxSyntaxException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("line " + (Snippets.FIRST_LINE + 1) + ": " + instruction.substring(0, 3));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiterString = "=>", textBlock = """
      .frobnicate 1;                                    => line 1: .frobnicate
      .const .align 4 .b17 t[4];                        => .b17
      .const .u8 t[2] = {1, 2, 3};                      => 3 initial values for 2 elements
      .entry k() .maxclusterrank 8 { ret; }             => .maxclusterrank
      .entry k() { .tex .u64 t; }                       => .tex
      .entry k() { .reg .b32 %a, %a; }                  => declared twice
      .entry k() { mov.b32 %r1, 0f12; }                 => not the bits of a number
      .entry k() { ret                                  => something is missing
      .func f() { call f; } .entry k() { call f; }      => recursion
      """)
  void whatIsWrongOutsideOfInstructionsIsAnErrorToo(String text, String message) {
    assertThatThrownBy(() -> PtxModule.parse(text)).isInstanceOf(PtxSyntaxException.class).hasMessageContaining(message);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {
    "atom.global.add.f32 %f1, [%in], %f2",
    "atom.global.add.f64 %fd1, [%in], %fd2",
    "red.global.add.f32 [%in], %f2",
    "red.shared.add.f64 [%in], %fd2"
  })
  void atomicsOnFloatingPointNumbersAreForbidden(String instruction) {
    assertThatThrownBy(() -> Snippets.kernel(instruction + ";"))
        .isInstanceOf(PtxSyntaxException.class)
        .hasMessageContaining("floating-point atomics are forbidden");
    String twin = instruction.replaceAll("add.f(32|64)", "add.u$1").replace("%fd", "%rd").replace("%f", "%r");
    Snippets.kernel(twin + ";");
  }

  @Test
  void namesInBracesHideThoseAround() {
    long[] result = Snippets.run(
        Snippets.kernel(
            """
            mov.u64 %rd1, 1;
            { .reg .b64 %rd1; mov.u64 %rd1, 2; bra inside;
            inside: }
            st.global.u64 [%mine], %rd1;
            """),
        1);
    assertThat(result).containsExactly(1);
  }
}
