package dev.fullrank.kernels.contract;

import dev.fullrank.kernels.ptx.PtxKernel;
import dev.fullrank.kernels.ptx.PtxModule;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The kernels by their names: those that are committed, or one of them altered. */
final class Kernels {
  private static final Kernels COMMITTED = new Kernels(parse());

  private final Map<String, PtxKernel> kernels;

  private Kernels(Map<String, PtxKernel> kernels) {
    this.kernels = kernels;
  }

  /** The kernels in the folder ptx. */
  static Kernels committed() {
    return COMMITTED;
  }

  /** The same, but for one of them. */
  static Kernels with(Alteration alteration) {
    Map<String, PtxKernel> kernels = new TreeMap<>(COMMITTED.kernels);
    kernels.put(alteration.kernel(), PtxModule.parse(alteration.text()).kernel(alteration.kernel()));
    return new Kernels(kernels);
  }

  private static Map<String, PtxKernel> parse() {
    Map<String, PtxKernel> kernels = new TreeMap<>();
    for (String text : KernelFolder.ptx().values()) {
      PtxModule module = PtxModule.parse(text);
      for (String name : module.names()) {
        if (kernels.put(name, module.kernel(name)) != null) {
          throw new IllegalStateException("two modules have an entry " + name);
        }
      }
    }
    return kernels;
  }

  /** The names of all entries. */
  Set<String> names() {
    return Collections.unmodifiableSet(kernels.keySet());
  }

  PtxKernel kernel(String name) {
    @Nullable PtxKernel kernel = kernels.get(name);
    if (kernel == null) {
      throw new IllegalArgumentException("no kernel " + name + "; there are " + kernels.keySet());
    }
    return kernel;
  }
}
