package dev.fullrank.kernels.gpu;

import static dev.fullrank.kernels.gpu.Checklist.require;

import dev.fullrank.check.CheckCase;
import dev.fullrank.check.CheckRow;
import dev.fullrank.check.CheckSuite;
import dev.fullrank.check.CheckTable;
import dev.fullrank.check.Subject;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The gradient-check suite on the GPU, at the thresholds that hold on the CPU. */
final class SuiteChecks {
  /** Most of a case is waiting for the device and a decomposition on the host; more threads than these only queue up. */
  private static final int MOST_THREADS = 8;

  /** Failed cases that are printed; where a device fails, they all do. */
  private static final int MOST_SHOWN = 20;

  private SuiteChecks() {}

  static void run(Sizes sizes, Checklist list, PrintStream out) {
    list.check("gradient-check suite", () -> {
      List<CheckRow> rows = rows(sizes);
      out.print(CheckTable.of(rows));
      List<CheckRow> failed = rows.stream().filter(row -> !row.passed()).toList();
      failed.stream().limit(MOST_SHOWN).forEach(out::println);
      require(failed.isEmpty(), failed.size() + " of " + rows.size() + " cases failed");
      require(rows.stream().noneMatch(CheckRow::declined), "a case was declined, which no route of a GPU may do");
      return rows.size() + " cases";
    });
  }

  private static List<CheckRow> rows(Sizes sizes) throws InterruptedException, ExecutionException {
    List<CheckCase> all = CheckSuite.of(Subject.library(Gpu.DEVICE), sizes.extent(), CheckSuite.DEFAULT_SEED).cases();
    List<Future<CheckRow>> futures = new ArrayList<>();
    int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < all.size(); i += sizes.every()) {
        futures.add(pool.submit(all.get(i)::run));
      }
    }
    List<CheckRow> rows = new ArrayList<>();
    for (Future<CheckRow> future : futures) {
      rows.add(future.get());
    }
    return rows;
  }
}
