package dev.fullrank.cpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedObject;
import jdk.jfr.consumer.RecordingFile;

/**
 * What the compilers of this virtual machine have made of the methods, and where the time goes, from the events of the flight
 * recorder. Methods are named {@code package.Class.method}; overloads count as one.
 *
 * @param level the last level at which a method was compiled by itself, 1 to 3 by C1 and 4 by C2
 * @param inlined methods that are part of code of level 4
 * @param samples how often a method of the library was at work; what is inlined counts for the caller, as do methods of the JDK
 * @param interpreted samples in the interpreter, also by method
 */
record CompiledCode(Map<String, Integer> level, Set<String> inlined, Map<String, Integer> samples, Map<String, Integer> interpreted) {
  private static final int C2 = 4;

  /** Starts to record. */
  static Recording record() {
    Recording recording = new Recording();
    recording.enable("jdk.Compilation").withoutThreshold();
    recording.enable("jdk.CompilerInlining");
    recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(10));
    recording.start();
    return recording;
  }

  /** What was recorded; samples since an instant, of one thread. */
  static CompiledCode of(Recording recording, Instant since, String thread) {
    try {
      Path file = Files.createTempFile("compilations", ".jfr");
      try {
        recording.dump(file);
        return read(file, since, thread);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CompiledCode read(Path file, Instant since, String thread) throws IOException {
    CompiledCode code = new CompiledCode(new HashMap<>(), new HashSet<>(), new HashMap<>(), new HashMap<>());
    Map<String, Instant> last = new HashMap<>(); // not by number: C1 may be asked after C2 and be done before it
    Set<Long> optimised = new HashSet<>();
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    for (RecordedEvent e : events) {
      if (e.getEventType().getName().equals("jdk.Compilation") && e.getBoolean("succeded")) {
        long id = e.getLong("compileId");
        String method = name(e.getValue("method"));
        if (e.getShort("compileLevel") == C2) {
          optimised.add(id);
        }
        Instant end = e.getEndTime();
        if (last.merge(method, end, (x, y) -> x.isAfter(y) ? x : y).equals(end)) {
          code.level.put(method, (int) e.getShort("compileLevel"));
        }
      }
    }
    for (RecordedEvent e : events) {
      switch (e.getEventType().getName()) {
        case "jdk.CompilerInlining" -> code.addInlined(e, optimised);
        case "jdk.ExecutionSample" -> code.addSample(e, since, thread);
        default -> {}
      }
    }
    return code;
  }

  private void addInlined(RecordedEvent e, Set<Long> optimised) {
    if (e.getBoolean("succeeded") && optimised.contains(e.getLong("compileId"))) {
      RecordedObject callee = e.getValue("callee");
      inlined.add(callee.getString("type").replace('/', '.') + "." + callee.getString("name"));
    }
  }

  private void addSample(RecordedEvent e, Instant since, String thread) {
    if (e.getStartTime().isBefore(since) || e.getStackTrace() == null || !thread.equals(e.getThread("sampledThread").getJavaName())) {
      return;
    }
    for (RecordedFrame frame : e.getStackTrace().getFrames()) {
      String method = name(frame.getMethod());
      if (method.startsWith(HotMethods.LIBRARY) && !frame.getType().equals("Inlined")) {
        (frame.getType().equals("Interpreted") ? interpreted : samples).merge(method, 1, Integer::sum);
        return;
      }
    }
  }

  private static String name(RecordedMethod method) {
    return method.getType().getName() + "." + method.getName();
  }

  /** Whether the code that runs is C2's: the method's own or that of its callers. */
  boolean isOptimised(String method) {
    return inlined.contains(method) || level.getOrDefault(method, 0) == C2;
  }

  /** All methods that have code, their own or in that of a caller. */
  Set<String> methods() {
    Set<String> methods = new HashSet<>(inlined);
    methods.addAll(level.keySet());
    return methods;
  }

  /** All samples. */
  int sampled() {
    return sum(samples) + sum(interpreted);
  }

  /** The samples that were not in C2's code. */
  int slow() {
    return sum(slowest());
  }

  /** Where the samples are that were not in C2's code. */
  Map<String, Integer> slowest() {
    Map<String, Integer> slowest = new TreeMap<>(interpreted);
    samples.forEach(
        (method, n) -> {
          if (!isOptimised(method)) {
            slowest.merge(method, n, Integer::sum);
          }
        });
    return slowest;
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
