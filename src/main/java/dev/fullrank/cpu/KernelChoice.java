package dev.fullrank.cpu;

import org.jspecify.annotations.Nullable;

/**
 * The kernels that this process runs on, chosen once.
 *
 * @param kernels the fastest kernels that work here
 * @param vectorBits bits in a vector; 64 for the scalar kernels
 * @param refusal why not the vector kernels, with the remedy; null if they are used
 */
public record KernelChoice(Kernels kernels, int vectorBits, @Nullable String refusal) {
  private static final System.Logger LOG = System.getLogger(KernelChoice.class.getName());

  /** Two doubles: a vector of one would be a slow way to write scalar code. */
  private static final int LEAST_BITS = 128;

  /** The choice for this process; the first call makes it, and logs one sentence if it is not the vector kernels. */
  public static KernelChoice get() {
    return Holder.CHOICE;
  }

  private static final class Holder {
    static final KernelChoice CHOICE = choose();
  }

  private static KernelChoice choose() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return refuse("the module jdk.incubator.vector is missing; add --add-modules jdk.incubator.vector to the java command");
    }
    if (HotSpot.interpretsOnly()) {
      return refuse("this virtual machine only interprets; remove -Xint");
    }
    if (HotSpot.lacksOptimisingCompiler()) {
      return refuse("the C2 compiler is off; remove -XX:TieredStopAtLevel");
    }
    if (!HotSpot.hasFusedMultiplyAdd()) {
      return refuse("fused multiply-add is missing or off; remove -XX:-UseFMA and -XX:UseAVX, or use a processor that has it");
    }
    return VectorClass.choose();
  }

  private static KernelChoice refuse(String reason) {
    LOG.log(System.Logger.Level.WARNING, "Scalar kernels, several times slower than vectors: {0}.", reason);
    return new KernelChoice(new ScalarKernels(), Double.SIZE, reason);
  }

  /** All that names a class of the incubator module, so that it is not loaded before the module is known to be there. */
  private static final class VectorClass {
    static KernelChoice choose() {
      int bits = VectorKernels.bits();
      return bits < LEAST_BITS
          ? refuse("vectors have only " + bits + " bits; remove -XX:MaxVectorSize")
          : new KernelChoice(new VectorKernels(), bits, null);
    }
  }
}
