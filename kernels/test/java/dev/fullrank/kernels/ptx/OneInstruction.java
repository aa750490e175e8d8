package dev.fullrank.kernels.ptx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * An instruction, or a few, of sources 1, 2 and 3 and a result 0, such as {@code add.s32 %r0, %r1, %r2}, run on all combinations of
 * given values. The first source is in {@code %rs1}, {@code %r1}, {@code %rd1}, {@code %f1} and {@code %fd1} at the same time, its
 * lowest bit in {@code %p1}.
 */
final class OneInstruction {
  private static final int THREADS = 256;

  private static final String LOAD =
      """
      setp.ge.u64 %p9, %at, %n;
      @%p9 exit;
      ld.global.u64 %rdK, [%given+OFFSET];
      cvt.u32.u64 %rK, %rdK;
      cvt.u16.u64 %rsK, %rdK;
      mov.b32 %fK, %rK;
      mov.b64 %fdK, %rdK;
      and.b64 %rd9, %rdK, 1;
      setp.ne.u64 %pK, %rd9, 0;
      """;

  private final String text;
  private final Type result;
  private final PtxKernel kernel;

  OneInstruction(String text) {
    this.text = text;
    StringBuilder body = new StringBuilder("shl.b64 %n, %n, 3;\nmul.wide.u32 %rd8, %i, 24;\nadd.s64 %given, %in, %rd8;\n");
    for (int k = 1; k <= 3; k++) {
      body.append(LOAD.replace("K", Integer.toString(k)).replace("OFFSET", Integer.toString((k - 1) * Long.BYTES)));
    }
    body.append(text).append(";\n");
    if (text.contains("%rs0")) {
      result = Type.B16;
      body.append("cvt.u64.u16 %rd0, %rs0;\n");
    } else if (text.contains("%r0")) {
      result = Type.B32;
      body.append("cvt.u64.u32 %rd0, %r0;\n");
    } else if (text.contains("%f0")) {
      result = Type.F32;
      body.append("mov.b32 %r0, %f0;\ncvt.u64.u32 %rd0, %r0;\n");
    } else if (text.contains("%fd0")) {
      result = Type.F64;
      body.append("mov.b64 %rd0, %fd0;\n");
    } else if (text.contains("%p0")) {
      result = Type.PRED;
      body.append("selp.b64 %rd0, 1, 0, %p0;\n");
    } else {
      result = Type.B64;
    }
    kernel = Snippets.kernel(body + "st.global.u64 [%mine], %rd0;");
  }

  /** Results for triples of sources that lie side by side. */
  private long[] run(long[] triples, int count) {
    try (DeviceMemory memory = new DeviceMemory()) {
      int blocks = (count + THREADS - 1) / THREADS;
      long in = memory.allocate((long) triples.length * Long.BYTES);
      long out = memory.allocate((long) count * Long.BYTES);
      memory.copyIn(in, triples);
      kernel.launch(memory, blocks, 1, THREADS, 0, in, out, count);
      long[] results = new long[count];
      memory.copyOut(out, results);
      return results;
    }
  }

  /** Compares with a function of the first source. */
  void is(long[] values, LongUnaryOperator expected) {
    is(values, new long[1], new long[1], (a, b, c) -> expected.applyAsLong(a));
  }

  /** Compares with a function of two sources. */
  void is(long[] values, LongBinaryOperator expected) {
    is(values, values, new long[1], (a, b, c) -> expected.applyAsLong(a, b));
  }

  /** Compares with a function of three sources. */
  void is(long[] values, Lanes.Ternary expected) {
    is(values, values, values, expected);
  }

  /** Compares with a function of three sources out of different values. */
  void is(long[] first, long[] second, long[] third, Lanes.Ternary expected) {
    int count = first.length * second.length * third.length;
    long[] triples = new long[3 * count];
    int at = 0;
    for (long a : first) {
      for (long b : second) {
        for (long c : third) {
          triples[at++] = a;
          triples[at++] = b;
          triples[at++] = c;
        }
      }
    }
    long[] results = run(triples, count);
    for (int i = 0; i < count; i++) {
      long a = triples[3 * i];
      long b = triples[3 * i + 1];
      long c = triples[3 * i + 2];
      long wanted = result.narrow(expected.apply(a, b, c));
      if (results[i] != wanted && !bothNan(results[i], wanted)) {
        assertThat(Long.toHexString(results[i]))
            .as("%s of %x, %x, %x", text, a, b, c)
            .isEqualTo(Long.toHexString(wanted));
      }
    }
  }

  private boolean bothNan(long result1, long result2) {
    return result.isFloat() && Double.isNaN(FloatBits.value(result, result1)) && Double.isNaN(FloatBits.value(result, result2));
  }
}
