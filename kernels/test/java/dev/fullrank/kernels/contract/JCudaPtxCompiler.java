package dev.fullrank.kernels.contract;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/** NVIDIA's PTX compiler in JCuda's natives, as a program: an architecture, then files of PTX. Needs neither a GPU nor a driver. */
final class JCudaPtxCompiler {
  private JCudaPtxCompiler() {}

  /** Ends with the number of files that are refused, and says why. */
  public static void main(String[] arguments) throws IOException {
    int refused = 0;
    for (String file : Arrays.asList(arguments).subList(1, arguments.length)) {
      byte[] text = Files.readAllBytes(Path.of(file));
      nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
      expect(JNvPTXCompiler.nvPTXCompilerCreate(compiler, text.length + 1, Arrays.copyOf(text, text.length + 1)));
      if (JNvPTXCompiler.nvPTXCompilerCompile(compiler, 1, new String[] {"--gpu-name=" + arguments[0]}) != 0) {
        System.out.println(file + " for " + arguments[0] + ": " + complaint(compiler));
        refused++;
      }
      expect(JNvPTXCompiler.nvPTXCompilerDestroy(compiler));
    }
    System.exit(refused);
  }

  private static String complaint(nvPTXCompilerHandle compiler) {
    long[] size = {0};
    expect(JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(compiler, size));
    byte[] log = new byte[(int) size[0] + 1];
    expect(JNvPTXCompiler.nvPTXCompilerGetErrorLog(compiler, log));
    return new String(log, StandardCharsets.ISO_8859_1).trim();
  }

  private static void expect(int result) {
    if (result != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
      throw new IllegalStateException(nvPTXCompileResult.stringFor(result));
    }
  }
}
