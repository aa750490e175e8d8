package dev.fullrank.jmh.bench;

import dev.fullrank.kernels.gpu.Dialogue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Takes the libraries through the problems: each first has to give the right answer, then is warmed up, then is timed in rounds
 * that go from library to library.
 */
final class Session {
  /** To make a problem ready and to compare it with its reference, beside the calls themselves. */
  private static final long PREPARE_SECONDS = 20;

  /** How many times slower the second call of a Java library may be than one that the JIT compiler is done with. */
  private static final int COLD = 4;

  private final Team team;
  private final Effort effort;
  private final Path folder;
  private final Results results;
  private final Map<String, Path> references = new HashMap<>();
  /** Operations a second so far, by library, operation and type: to foresee which calls would take too long. */
  private final Map<String, Double> rates = new HashMap<>();

  Session(Team team, Effort effort, Path folder, Results results) {
    this.team = team;
    this.effort = effort;
    this.folder = folder;
    this.results = results;
  }

  /** Runs the problems in their order and reports each when it is done. */
  void run(List<Problem> problems, Set<Implementation> wanted, Consumer<Problem> done) {
    long start = System.nanoTime();
    for (Problem problem : problems) {
      if (TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) >= effort.totalSeconds()) {
        results.addLeftOut(problem);
      } else {
        run(problem, wanted);
        done.accept(problem);
      }
    }
  }

  private void run(Problem problem, Set<Implementation> wanted) {
    Map<Implementation, Entry> entries = new EnumMap<>(Implementation.class);
    team.alive().forEach((implementation, worker) -> {
      if (wanted.contains(implementation) && implementation.offers(problem)) {
        enter(problem, implementation, worker, entries);
      }
    });
    if (problem.condition() == 0) {
      for (int round = 0; round < effort.rounds() && !entries.isEmpty(); round++) {
        List<Implementation> order = new ArrayList<>(entries.keySet());
        Collections.rotate(order, -round);
        order.forEach(implementation -> sample(problem, implementation, entries));
      }
    }
    entries.forEach((implementation, entry) -> {
      results.add(new Row(problem, implementation, entry.medianNanos() / 1e6, entry.accuracy));
      tell(entry.worker, "release", "released");
    });
  }

  private void enter(
      Problem problem, Implementation implementation, WorkerProcess worker, Map<Implementation, Entry> entries) {
    String rateKey = String.join(" ",
        implementation.label(), problem.operation().label(), problem.direction().label(), problem.typeLabel());
    double foreseen = rates.containsKey(rateKey) ? problem.syrkFlops() / rates.get(rateKey) : 0;
    // This library is what the run is about; and what is foreseen may be wrong by the shape.
    double limit = implementation == Implementation.FULLRANK ? Double.POSITIVE_INFINITY : effort.longestCall();
    if (foreseen > 2 * limit) {
      absent(problem, implementation, tooSlow("would take about", foreseen));
      return;
    }
    try {
      String file = problem.operation().hasGradient() ? reference(problem).toString() : Worker.NO_REFERENCE;
      long patience = PREPARE_SECONDS + (long) (4 * COLD * effort.longestCall());
      String[] words = worker.ask("prepare " + problem.encode() + Worker.FILE + file, "checked", patience).split(" ", -1);
      Accuracy accuracy = new Accuracy(Double.parseDouble(words[0]), Double.parseDouble(words[1]));
      double cold = Double.parseDouble(words[2]) / 1e9;
      if (!accuracy.agrees(problem.isFloat())) {
        absent(problem, implementation, "wrong, not timed: relative error of the value %.1e, of the gradient %.1e"
            .formatted(accuracy.value(), accuracy.gradient()));
      } else if (problem.condition() > 0) {
        entries.put(implementation, new Entry(worker, accuracy, 0));
      } else if (cold > COLD * limit) {
        rates.put(rateKey, COLD * problem.syrkFlops() / cold);
        absent(problem, implementation, tooSlow("takes", cold));
      } else {
        double warm = Double.parseDouble(worker.ask("warm " + effort.warmNanos(), "warm", patience));
        rates.put(rateKey, problem.syrkFlops() / (warm / 1e9));
        if (warm / 1e9 > limit) {
          absent(problem, implementation, tooSlow("takes", warm / 1e9));
        } else {
          entries.put(implementation, new Entry(worker, accuracy, effort.calls(warm)));
        }
      }
    } catch (Dialogue.Failure e) {
      absent(problem, implementation, String.valueOf(e.getMessage()));
    }
  }

  private void sample(Problem problem, Implementation implementation, Map<Implementation, Entry> entries) {
    Entry entry = Objects.requireNonNull(entries.get(implementation));
    try {
      long patience = PREPARE_SECONDS + (long) (2 * effort.longestCall());
      entry.samples.add(Double.parseDouble(entry.worker.ask("time " + entry.calls, "time", patience)));
    } catch (Dialogue.Failure e) {
      entries.remove(implementation);
      absent(problem, implementation, String.valueOf(e.getMessage()));
    }
  }

  private String tooSlow(String verb, double seconds) {
    return "not timed: a call %s %.2g s, longer than the %.2g s allowed here".formatted(verb, seconds, effort.longestCall());
  }

  private void absent(Problem problem, Implementation implementation, String reason) {
    results.addAbsence(implementation, problem.toString(), reason);
  }

  private static void tell(WorkerProcess worker, String command, String expected) {
    try {
      worker.ask(command, expected, PREPARE_SECONDS);
    } catch (Dialogue.Failure e) {
      worker.close(); // the team starts it anew
    }
  }

  /** Computed once for all types, directions and numbers of threads. */
  private Path reference(Problem problem) {
    return references.computeIfAbsent(problem.dataKey(), key -> {
      Path file = folder.resolve(key + ".reference");
      Reference.of(problem).write(file);
      return file;
    });
  }

  private static final class Entry {
    private final WorkerProcess worker;
    private final Accuracy accuracy;
    private final int calls;
    private final List<Double> samples = new ArrayList<>();

    Entry(WorkerProcess worker, Accuracy accuracy, int calls) {
      this.worker = worker;
      this.accuracy = accuracy;
      this.calls = calls;
    }

    double medianNanos() {
      double[] sorted = samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
  }
}
