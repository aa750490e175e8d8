package dev.fullrank.jmh.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The process of one library: obeys one line at a time and answers with one line. It ends with its standard input, so that it
 * cannot outlive the command.
 *
 * <pre>
 *   prepare PROBLEM REFERENCE   checked VALUE_ERROR GRADIENT_ERROR NANOS   makes ready, runs twice, compares with the reference
 *   warm NANOS                  warm NANOS_PER_CALL                        until it gets no faster, at most so long
 *   time CALLS                  time NANOS_PER_CALL
 *   release                     released
 * </pre>
 *
 * Anything may be answered by {@code failed MESSAGE}.
 */
final class Worker {
  /** Before each answer: a library may print what it likes. */
  static final String MARK = "@@ ";

  /** Between problem and reference. */
  static final String FILE = " file:";

  /** Of an operation without a reference. */
  static final String NO_REFERENCE = "-";

  /** A call that is faster than all before it by this factor shows that the warm-up is not over. */
  private static final double FASTER = 0.97;

  private final Contender contender;
  private @Nullable Task task;

  /** What was warmed up in this process, for as long as was allowed: later problems of the kind run compiled code from the start. */
  private final Set<String> warmed = new HashSet<>();

  private String kind = "";

  private Worker(Contender contender) {
    this.contender = contender;
  }

  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    Worker worker;
    try {
      worker = new Worker(Implementation.of(args[0]).orElseThrow().load());
      answer(answers, "ready " + worker.contender.version());
    } catch (Throwable e) { // a native library fails by errors of many kinds, and all of them mean the same here
      e.printStackTrace();
      answer(answers, "failed " + explain(e));
      return;
    }
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        answer(answers, worker.obeyed(line));
      }
    }
    System.exit(0); // some libraries leave threads behind that are no daemons
  }

  private static void answer(PrintStream answers, String text) {
    answers.println(MARK + text.replace('\n', ' '));
    answers.flush();
  }

  private String obeyed(String line) {
    try {
      return obey(line);
    } catch (Throwable e) { // also out of memory: the next problem may be smaller
      e.printStackTrace();
      return "failed " + explain(e);
    }
  }

  private String obey(String line) {
    String verb = line.substring(0, (line + " ").indexOf(' '));
    String rest = line.substring(Math.min(line.length(), verb.length() + 1));
    return switch (verb) {
      case "prepare" -> prepare(rest);
      case "warm" -> "warm " + warm(Long.parseLong(rest));
      case "time" -> "time " + time(Integer.parseInt(rest));
      case "release" -> release();
      default -> throw new IllegalArgumentException("unknown command " + line);
    };
  }

  private String prepare(String rest) {
    release();
    // The file comes last, since a path may hold blanks.
    int cut = rest.indexOf(FILE);
    Problem problem = Problem.decode(rest.substring(0, cut));
    String file = rest.substring(cut + FILE.length());
    kind = problem.operation() + " " + problem.direction() + " " + problem.type() + " " + (problem.threads() > 1);
    Task fresh = contender.prepare(problem);
    task = fresh;
    // The second run shows that the first has left its inputs whole.
    fresh.run();
    long start = System.nanoTime();
    fresh.run();
    long nanos = System.nanoTime() - start;
    Accuracy accuracy = Accuracy.of(problem, fresh, file.equals(NO_REFERENCE) ? null : Reference.read(Path.of(file)));
    return "checked " + accuracy.value() + " " + accuracy.gradient() + " " + nanos;
  }

  /**
   * Until no call was markedly faster than those before it for half of the time that has passed; at the first problem of its kind all
   * the time, since a compiler that is still busy elsewhere looks the same.
   */
  private double warm(long most) {
    long least = warmed.add(kind) ? most : most / 8;
    Task ready = ready();
    long start = System.nanoTime();
    long lastGain = start;
    long fastest = Long.MAX_VALUE;
    long now = start;
    do {
      long before = now;
      ready.run();
      now = System.nanoTime();
      if (now - before < FASTER * fastest) {
        lastGain = now;
      }
      fastest = Math.min(fastest, now - before);
    } while (now - start < most && (now - start < 2 * (lastGain - start) || now - start < least));
    return fastest;
  }

  /** One call that brings the data back into the caches, then so many that are timed. */
  private double time(int calls) {
    Task ready = ready();
    if (calls > 1) {
      ready.run();
    }
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      ready.run();
    }
    return (double) (System.nanoTime() - start) / calls;
  }

  private String release() {
    if (task != null) {
      task.close();
      task = null;
    }
    return "released";
  }

  private Task ready() {
    if (task == null) {
      throw new IllegalStateException("nothing is prepared");
    }
    return task;
  }

  private static String explain(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null && cause instanceof ExceptionInInitializerError) {
      cause = cause.getCause();
    }
    return String.valueOf(cause);
  }
}
