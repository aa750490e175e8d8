package dev.fullrank.jmh.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.mkl.global.mkl_rt;
import org.bytedeco.openblas.global.openblas;

/**
 * MKL and OpenBLAS, native libraries unpacked and loaded by JavaCPP: gesdd, then one gemm for U·Vᵀ/k. LAPACK is given the
 * row-major E as the column-major Eᵀ that it is, so that nothing is transposed; E itself is copied in each run, since gesdd
 * destroys its input. The number of threads is set explicitly.
 */
final class BlasContender implements Contender {
  private final Blas single;
  private final Blas twice;
  private final MemorySegment setThreads;
  private final String version;

  private BlasContender(SymbolLookup library, String setThreads, String version) {
    this.single = new Blas(library, true);
    this.twice = new Blas(library, false);
    this.setThreads = library.findOrThrow(setThreads);
    this.version = version;
  }

  static BlasContender mkl() {
    SymbolLookup library = lookup(mkl_rt.class, "libmkl_rt.so.2");
    // Else MKL uses fewer threads than it is told to where it finds that better.
    mkl_rt.MKL_Set_Dynamic(0);
    byte[] text = new byte[200];
    mkl_rt.MKL_Get_Version_String(text, text.length);
    String version = new String(text, StandardCharsets.US_ASCII).replace('\0', ' ').strip();
    return new BlasContender(library, "MKL_Set_Num_Threads", version);
  }

  static BlasContender openBlas() {
    SymbolLookup library = lookup(openblas.class, "libopenblas.so.0");
    return new BlasContender(library, "openblas_set_num_threads", configuration(library));
  }

  /** The library beside the one that JavaCPP made for its own bindings. */
  private static SymbolLookup lookup(Class<?> bindings, String name) {
    File folder = new File(Loader.load(bindings)).getParentFile();
    return SymbolLookup.libraryLookup(Path.of(folder.getPath(), name), Arena.global());
  }

  private static String configuration(SymbolLookup library) {
    try {
      FunctionDescriptor text = FunctionDescriptor.of(ValueLayout.ADDRESS);
      MemorySegment address =
          (MemorySegment) Linker.nativeLinker().downcallHandle(library.findOrThrow("openblas_get_config"), text).invokeExact();
      return address.reinterpret(Long.MAX_VALUE).getString(0).strip();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Task prepare(Problem problem) {
    try {
      Linker.nativeLinker().downcallHandle(setThreads, FunctionDescriptor.ofVoid(JAVA_INT)).invokeExact(problem.threads());
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    Blas blas = problem.isFloat() ? single : twice;
    return problem.operation() == Operation.SVMAX ? new BlasSvMax(blas, problem) : new BlasProduct(blas, problem);
  }
}
