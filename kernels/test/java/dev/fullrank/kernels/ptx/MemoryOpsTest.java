package dev.fullrank.kernels.ptx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class MemoryOpsTest {
  private static final long PATTERN = 0x8899aabbccddeeffL;

  private static long[] run(String body, long... inputs) {
    return Snippets.run(Snippets.kernel(body), inputs.length, inputs);
  }

  private static void one(String body, long expected) {
    assertThat(Long.toHexString(run(body, PATTERN)[0])).isEqualTo(Long.toHexString(expected));
  }

  @Test
  void loadsAreExtendedToTheirRegister() {
    one("ld.global.u8 %r1, [%given]; cvt.u64.u32 %rd1, %r1; st.global.u64 [%mine], %rd1;", 0xff);
    one("ld.global.s8 %r1, [%given]; cvt.u64.u32 %rd1, %r1; st.global.u64 [%mine], %rd1;", 0xffffffffL);
    one("ld.global.s8 %rs1, [%given+1]; cvt.u64.u16 %rd1, %rs1; st.global.u64 [%mine], %rd1;", 0xffee);
    one("ld.global.nc.u16 %rs1, [%given+2]; cvt.u64.u16 %rd1, %rs1; st.global.u64 [%mine], %rd1;", 0xccdd);
    one("ld.global.s16 %rd1, [%given+6]; st.global.u64 [%mine], %rd1;", 0xffffffffffff8899L);
    one("ld.global.ca.f32 %f1, [%given+4]; mov.b32 %r1, %f1; cvt.u64.u32 %rd1, %r1; st.global.u64 [%mine], %rd1;", 0x8899aabbL);
    one("add.s64 %rd2, %given, 8; ld.global.b64 %rd1, [%rd2+-8]; st.global.b64 [%mine], %rd1;", PATTERN);
  }

  @Test
  void storesWriteTheirLowBytesOnly() {
    one("mov.u64 %rd1, 0; st.global.u64 [%mine], %rd1; mov.u32 %r1, 0x1234; st.global.u8 [%mine+3], %r1;", 0x34000000L);
    one("mov.u64 %rd1, 0; st.global.u64 [%mine], %rd1; mov.u64 %rd1, 0x12345678; st.global.u16 [%mine+2], %rd1;", 0x56780000L);
  }

  @Test
  void vectorsLieSideBySide() {
    long[] result = run(
        """
        ld.global.v2.u64 {%rd1, %rd2}, [%in];
        ld.global.v4.u32 {%r1, %r2, %r3, %r4}, [%in+16];
        setp.ne.u32 %p1, %thread, 0;
        @%p1 exit;
        st.global.v2.b64 [%out], {%rd2, %rd1};
        st.global.v4.b32 [%out+16], {%r4, %r3, %r2, %r1};
        """,
        0x0000000200000001L, 0x0000000400000003L, 0x0000000600000005L, 0x0000000800000007L);
    assertThat(result).containsExactly(0x0000000400000003L, 0x0000000200000001L, 0x0000000700000008L, 0x0000000500000006L);
  }

  @Test
  void eachThreadHasItsOwnLocalMemory() {
    long[] result = run(
        """
        .local .align 8 .b8 depot[16];
        .reg .b64 %SP, %SPL;
        mov.u64 %SPL, depot;
        cvta.local.u64 %SP, %SPL;
        ld.global.u64 %rd1, [%given];
        st.local.u64 [%SPL+8], %rd1;
        ld.u64 %rd2, [%SP+8];
        cvta.to.local.u64 %rd4, %SP;
        ld.local.u64 %rd3, [%rd4+8];
        add.u64 %rd2, %rd2, %rd3;
        st.global.u64 [%mine], %rd2;
        """,
        5, 6, 7);
    assertThat(result).containsExactly(10, 12, 14);
  }

  @Test
  void sharedMemoryIsReachedByNarrowWideAndGenericAddresses() {
    long[] result = run(
        """
        .shared .align 8 .b8 first[64];
        .shared .f64 second[4];
        shl.b32 %r1, %thread, 3;
        mov.u32 %r2, second;
        add.s32 %r3, %r2, %r1;
        ld.global.u64 %rd1, [%given];
        st.shared.u64 [%r3], %rd1;
        bar.sync 0;
        mov.u64 %rd2, second;
        cvta.shared.u64 %rd3, %rd2;
        ld.u64 %rd4, [%rd3+8];
        ld.shared.u64 %rd5, [second+16];
        add.u64 %rd4, %rd4, %rd5;
        st.global.u64 [%mine], %rd4;
        """,
        1, 20, 300);
    assertThat(result).containsExactly(320, 320, 320);
  }

  @Test
  void dynamicSharedMemoryHasTheSizeOfTheLaunch() {
    PtxKernel kernel = Snippets.kernel(
        ".extern .shared .align 16 .b8 dynamic[];\n",
        "",
        """
        mov.u32 %r1, dynamic;
        shl.b32 %r2, %thread, 3;
        add.u32 %r3, %r1, %r2;
        ld.global.u64 %rd1, [%given];
        st.shared.u64 [%r3], %rd1;
        bar.sync 0;
        ld.shared.u64 %rd2, [dynamic];
        st.global.u64 [%mine], %rd2;
        """);
    assertThat(Snippets.run(kernel, new Grid(1, 1, 3, 24), 7, 8, 9)).containsExactly(7, 7, 7);
  }

  @Test
  void tablesOfTheModuleHoldTheirInitialValues() {
    PtxKernel kernel = Snippets.kernel(
        """
        .const .align 8 .b8 bytes[8] = {1, 0, 0, 0, 0, 0, 0, 1};
        .global .align 4 .u32 words[3] = {10, 20};
        .const .f64 number = 0d4000000000000000;
        """,
        "",
        """
        ld.const.u64 %rd1, [bytes];
        ld.global.u32 %r1, [words+4];
        mov.u64 %rd2, words;
        cvta.global.u64 %rd3, %rd2;
        ld.u32 %r2, [%rd3+8];
        ld.const.b64 %rd4, [number];
        add.u64 %rd1, %rd1, %rd4;
        add.u32 %r1, %r1, %r2;
        cvt.u64.u32 %rd5, %r1;
        add.u64 %rd1, %rd1, %rd5;
        st.global.u64 [%mine], %rd1;
        """);
    assertThat(Snippets.run(kernel, 1)).containsExactly(0x0100000000000001L + 20 + 0x4000000000000000L);
  }

  @Test
  void movesSplitAndJoinRegisters() {
    one(
        """
        ld.global.b64 %rd1, [%given];
        mov.b64 {%r1, %r2}, %rd1;
        mov.b64 %rd2, {%r2, %r1};
        st.global.b64 [%mine], %rd2;
        """,
        0xccddeeff8899aabbL);
    one(
        """
        ld.global.b64 %rd1, [%given];
        mov.b64 {%rs1, %rs2, %rs3, %rs4}, %rd1;
        mov.b32 %r1, {%rs4, %rs1};
        mov.b64 {_, %r2}, %rd1;
        mov.b64 %rd2, {%r1, %r2};
        st.global.b64 [%mine], %rd2;
        """,
        0x8899aabbeeff8899L);
    one("ld.global.f64 %fd1, [%given]; mov.f64 %fd2, %fd1; mov.b64 %rd1, %fd2; st.global.b64 [%mine], %rd1;", PATTERN);
    one("mov.pred %p1, -1; mov.pred %p2, %p1; selp.b64 %rd1, 3, 4, %p2; st.global.b64 [%mine], %rd1;", 3);
  }

  @Test
  void functionsAreCalledWithArgumentsAndResults() {
    PtxKernel kernel = Snippets.kernel(
        """
        .func (.param .b64 result) power(.param .b64 base, .param .b32 exponent)
        {
        .reg .pred %p<2>; .reg .b32 %r<3>; .reg .b64 %rd<4>;
        ld.param.u64 %rd1, [base];
        ld.param.u32 %r1, [exponent];
        mov.u64 %rd2, 1;
        again:
        setp.eq.s32 %p1, %r1, 0;
        st.param.b64 [result+0], %rd2;
        @%p1 ret;
        mul.lo.u64 %rd2, %rd2, %rd1;
        sub.s32 %r1, %r1, 1;
        bra.uni again;
        }
        """,
        "",
        """
        ld.global.u64 %rd1, [%given];
        { .param .b64 a; .param .b32 b; .param .b64 c;
        st.param.b64 [a+0], %rd1;
        st.param.b32 [b+0], %thread;
        call.uni (c), power, (a, b);
        ld.param.b64 %rd2, [c+0]; }
        { .param .b64 a; .param .b32 b; .param .b64 c;
        st.param.b64 [a+0], %rd2;
        st.param.b32 [b+0], 2;
        call.uni (c), power, (a, b);
        ld.param.b64 %rd3, [c+0]; }
        st.global.u64 [%mine], %rd3;
        """);
    assertThat(Snippets.run(kernel, 4, 9, 5, 3, 2)).containsExactly(1, 25, 81, 64);
  }

  @Test
  void parametersOfAllSizesAreRead() {
    PtxKernel kernel = Snippets.module(
        """
        .visible .entry sizes(.param .u8 a, .param .u32 b, .param .align 16 .b8 c[16], .param .u64 out)
        {
        .reg .b32 %r<3>; .reg .b64 %rd<5>;
        ld.param.u8 %r1, [a];
        ld.param.u32 %r2, [b];
        ld.param.v2.u64 {%rd1, %rd2}, [c];
        ld.param.u64 %rd3, [out];
        add.u32 %r1, %r1, %r2;
        cvt.u64.u32 %rd4, %r1;
        add.u64 %rd4, %rd4, %rd1;
        add.u64 %rd4, %rd4, %rd2;
        st.global.u64 [%rd3], %rd4;
        }
        """).kernel("sizes");
    try (DeviceMemory memory = new DeviceMemory()) {
      long out = memory.allocate(Long.BYTES);
      byte[] pair = {1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0};
      byte[] address = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(out).array();
      kernel.launch(memory, new Grid(1, 1, 1, 0), new byte[] {40}, new byte[] {0, 1, 0, 0}, pair, address);
      long[] result = new long[1];
      memory.copyOut(out, result);
      assertThat(result).containsExactly(40 + 256 + 3);
    }
  }
}
