package dev.fullrank.cli;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar with rows a second for work that turns out to take long, shown only where a person is watching. */
final class Progress implements AutoCloseable {
  /** What is done by then needs no bar. */
  private static final Duration PATIENCE = Duration.ofMillis(700);

  private static final int UPDATE_MILLIS = 200;

  /** Fits the narrowest usual terminal; asking for its real width would load a native library. */
  private static final int WIDTH = 79;

  private final boolean watched;
  private final PrintStream stream;
  private final boolean unicode;
  private final String task;
  private final OptionalLong total;
  private final Duration patience;
  private final long start = System.nanoTime();
  private long done;
  private @Nullable ProgressBar bar;

  /** On the standard error stream, so that the output can be piped on. */
  Progress(Screen screen, PrintStream stream, String task, OptionalLong total) {
    this(screen, stream, task, total, PATIENCE);
  }

  /** As above, with the time after which the bar appears. */
  Progress(Screen screen, PrintStream stream, String task, OptionalLong total, Duration patience) {
    this.watched = screen.interactive();
    this.unicode = screen.unicode();
    this.stream = stream;
    this.task = task;
    this.total = total;
    this.patience = patience;
  }

  /** So many more rows have been read. */
  void advance(long rows) {
    done += rows;
    if (bar != null) {
      bar.stepTo(done);
      return;
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    if (watched && elapsed.compareTo(patience) > 0) {
      bar = new ProgressBarBuilder()
          .setTaskName(task)
          .setInitialMax(total.orElse(-1))
          .setUnit(" rows", 1)
          .showSpeed(new DecimalFormat("0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
          .startsFrom(done, elapsed)
          .setUpdateIntervalMillis(UPDATE_MILLIS)
          .setStyle(unicode ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
          .setConsumer(new ConsoleProgressBarConsumer(stream, WIDTH))
          .build();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
