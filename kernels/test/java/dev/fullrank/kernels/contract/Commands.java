package dev.fullrank.kernels.contract;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Other programs that run side by side. */
final class Commands implements AutoCloseable {
  /** More than a slow machine with much to do needs. */
  private static final long MOST_SECONDS = 900;

  private final List<Process> processes = new ArrayList<>();
  private final List<Path> outputs = new ArrayList<>();

  private Commands() {}

  /** What became of a program, with all that it said. */
  record Outcome(int status, String output) {}

  /** Whether there is such a program on the path. */
  static boolean exists(String program) {
    String path = System.getenv("PATH");
    return path != null && Stream.of(path.split(File.pathSeparator, -1)).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /**
   * Starts programs.
   *
   * @param folder for their output
   */
  static Commands start(Path folder, List<List<String>> commands) throws IOException {
    Commands all = new Commands();
    try {
      for (List<String> command : commands) {
        Path output = Files.createTempFile(folder, "output", ".txt");
        all.outputs.add(output);
        all.processes.add(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start());
      }
    } catch (IOException e) {
      all.close();
      throw e;
    }
    return all;
  }

  /** Waits for all. */
  List<Outcome> await() throws IOException, InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < processes.size(); i++) {
      boolean ended = processes.get(i).waitFor(MOST_SECONDS, TimeUnit.SECONDS);
      String output = Files.readString(outputs.get(i));
      if (!ended) {
        throw new IllegalStateException("not ended after " + MOST_SECONDS + " s: " + output);
      }
      outcomes.add(new Outcome(processes.get(i).exitValue(), output));
    }
    return outcomes;
  }

  /** Ends those that have not ended. */
  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }
}
