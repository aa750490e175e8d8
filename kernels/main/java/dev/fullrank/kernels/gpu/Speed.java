package dev.fullrank.kernels.gpu;

import dev.fullrank.cuda.CudaLibrary;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Measures, and writes a table and a file. A result that is wrong is not timed and fails; a target that is missed does not. */
final class Speed {
  private Speed() {}

  static void run(CudaLibrary library, SpeedPlan plan, Checklist list, PrintStream out) {
    List<SpeedRow> rows = new ArrayList<>();
    String torch = measure(plan, rows, list, out);
    list.check("table and file", () -> {
      SpeedReport report = new SpeedReport(library.properties(Gpu.DEVICE.ordinal()).name(), library.driverVersion(), rows, torch);
      Files.writeString(plan.json(), report.json());
      out.println();
      out.print(report.table());
      return plan.json().toString();
    });
  }

  /** Returns the version of PyTorch. */
  private static String measure(SpeedPlan plan, List<SpeedRow> rows, Checklist list, PrintStream out) {
    try (Rivals rivals = Rivals.start(plan.python(), out)) {
      for (SpeedCase each : plan.cases()) {
        list.check(each.toString(), () -> {
          rows.add(each.measure(plan.seconds(), rivals));
          return "";
        });
      }
      return rivals.version();
    }
  }
}
