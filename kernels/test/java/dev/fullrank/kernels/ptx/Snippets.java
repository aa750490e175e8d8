package dev.fullrank.kernels.ptx;

/** Kernels around a few instructions. */
final class Snippets {
  private static final String HEADER =
      """
      .version 7.0
      .target sm_75
      .address_size 64
      """;

  private static final String PRELUDE =
      """
      .reg .pred %p<10>;
      .reg .b16 %rs<10>;
      .reg .b32 %r<20>, %thread, %i, %block, %threads;
      .reg .b64 %rd<20>, %in, %out, %n, %at, %mine, %given;
      .reg .f32 %f<10>;
      .reg .f64 %fd<10>;
      ld.param.u64 %in, [in];
      ld.param.u64 %out, [out];
      ld.param.u64 %n, [n];
      mov.u32 %thread, %tid.x;
      mov.u32 %block, %ctaid.x;
      mov.u32 %threads, %ntid.x;
      mad.lo.s32 %i, %block, %threads, %thread;
      mul.wide.u32 %at, %i, 8;
      add.s64 %given, %in, %at;
      add.s64 %mine, %out, %at;
      """;

  /** Line of the first instruction of a body: header, head and brace come before it, and what is prepared for it. */
  static final long FIRST_LINE = HEADER.lines().count() + 2 + PRELUDE.lines().count() + 1;

  private Snippets() {}

  /** The header of a module, then the given items. */
  static PtxModule module(String items) {
    return PtxModule.parse(HEADER + items);
  }

  /**
   * An entry of three parameters, {@code in}, {@code out} and {@code n}, which the body finds in registers of these names. There are also
   * {@code %thread} in the block, {@code %i} in the grid, and {@code %given} and {@code %mine}, the addresses of the 64-bit elements
   * number i of {@code in} and {@code out}.
   */
  static String entry(String directives, String body) {
    String head = ".visible .entry snippet(.param .u64 in, .param .u64 out, .param .u64 n) " + directives + "\n{\n";
    return head + PRELUDE + body + "\nret;\n}\n";
  }

  /** The kernel of such an entry. */
  static PtxKernel kernel(String body) {
    return kernel("", "", body);
  }

  /** The same in a module with further items. */
  static PtxKernel kernel(String items, String directives, String body) {
    return module(items + entry(directives, body)).kernel("snippet");
  }

  /** Runs one block with inputs of 64 bits, and returns as many outputs as there are threads. */
  static long[] run(PtxKernel kernel, int threads, long... inputs) {
    return run(kernel, new Grid(1, 1, threads, 0), inputs);
  }

  /** The same with several blocks. */
  static long[] run(PtxKernel kernel, Grid grid, long... inputs) {
    try (DeviceMemory memory = new DeviceMemory()) {
      long[] outputs = new long[grid.x() * grid.threads()];
      long in = memory.allocate((long) inputs.length * Long.BYTES);
      long out = memory.allocate((long) outputs.length * Long.BYTES);
      memory.copyIn(in, inputs);
      kernel.launch(memory, grid, in, out, inputs.length);
      memory.copyOut(out, outputs);
      return outputs;
    }
  }
}
