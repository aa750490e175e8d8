package dev.fullrank.cpu;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** What the running virtual machine says about itself. */
final class HotSpot {
  private HotSpot() {}

  /** Whether {@code Math.fma} is one instruction; true where the virtual machine does not tell. */
  static boolean hasFusedMultiplyAdd() {
    return !"false".equals(flag("UseFMA"));
  }

  /** Whether bytecode is interpreted for ever ({@code -Xint}). */
  static boolean interpretsOnly() {
    return System.getProperty("java.vm.info", "").contains("interpreted");
  }

  /** Whether the optimising compiler is switched off, so that every vector would be an object. */
  static boolean lacksOptimisingCompiler() {
    String level = flag("TieredStopAtLevel");
    return level != null && Integer.parseInt(level) < 4;
  }

  private static @Nullable String flag(String name) {
    try {
      HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return bean == null ? null : bean.getVMOption(name).getValue();
    } catch (IllegalArgumentException | LinkageError e) {
      return null; // another virtual machine, or a runtime image without the module jdk.management
    }
  }
}
