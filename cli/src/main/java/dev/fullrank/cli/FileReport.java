package dev.fullrank.cli;

import dev.fullrank.EmbeddingReport;
import dev.fullrank.EmbeddingStatistics;
import dev.fullrank.Matrix;
import dev.fullrank.NonFiniteInputException;
import dev.fullrank.cli.format.EmbeddingFile;
import dev.fullrank.cli.format.EmbeddingFileException;
import java.io.PrintStream;

/**
 * What was found in one file.
 *
 * @param name as the user typed it
 * @param format of the file
 * @param options of the report
 * @param report the findings
 * @param seconds for reading and computing, by the clock on the wall
 */
record FileReport(String name, String format, ReportOptions options, EmbeddingReport report, double seconds) {
  /** Large enough for kernels and disk, small enough for the caches and a steady progress bar. */
  private static final long BLOCK_BYTES = 8L << 20;

  /** Reads a file to its end. */
  static FileReport of(EmbeddingFile file, ReportOptions options, Screen screen, PrintStream progressStream)
      throws EmbeddingFileException {
    long start = System.nanoTime();
    try (EmbeddingStatistics statistics = options.statistics(file.columns())) {
      read(file, statistics, screen, progressStream);
      EmbeddingReport report = statistics.report();
      return new FileReport(file.name(), file.format(), options, report, (System.nanoTime() - start) * 1e-9);
    } catch (OutOfMemoryError e) {
      throw tooLarge(file, e);
    }
  }

  private static void read(EmbeddingFile file, EmbeddingStatistics statistics, Screen screen, PrintStream progressStream)
      throws EmbeddingFileException {
    long rowBytes = (long) file.columns() * file.type().bytes();
    int blockRows = Math.clamp(BLOCK_BYTES / rowBytes, 1, Integer.MAX_VALUE);
    try (Progress progress = new Progress(screen, progressStream, "reading", file.rows())) {
      for (Matrix block = file.next(blockRows); block != null; block = file.next(blockRows)) {
        add(file, statistics, block);
        progress.advance(block.rows());
      }
    }
  }

  private static void add(EmbeddingFile file, EmbeddingStatistics statistics, Matrix block) throws EmbeddingFileException {
    long before = statistics.rows();
    try {
      statistics.add(block);
    } catch (NonFiniteInputException e) {
      double value = block.get((int) (e.row() - before), e.column());
      throw new EmbeddingFileException(
          file.name(), "holds " + value + " at row " + e.row() + ", column " + e.column() + " (counted from 0)",
          "drop the row, or find out what made it", e);
    } catch (IllegalArgumentException e) {
      throw new EmbeddingFileException(file.name(), "cannot be reported: " + e.getMessage(), "reduce the number of columns", e);
    } catch (InternalError e) {
      // what the JVM makes of SIGBUS: a page of the mapping that is no longer in the file
      throw new EmbeddingFileException(file.name(), "was cut short while it was read", "try again when nobody writes to it", e);
    }
  }

  private static EmbeddingFileException tooLarge(EmbeddingFile file, OutOfMemoryError e) {
    return new EmbeddingFileException(
        file.name(), "has " + file.columns() + " columns, for whose correlations the memory does not suffice",
        "give the JVM more with -Xmx, now " + Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB", e);
  }
}
