package dev.fullrank.kernels.contract;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Other programs. */
final class Commands {
  private static final long MOST_SECONDS = 900;

  private Commands() {}

  /** What became of a program, with all that it said. */
  record Outcome(int status, String output) {}

  /** Whether there is such a program on the path. */
  static boolean exists(String program) {
    String path = System.getenv("PATH");
    return path != null && Stream.of(path.split(File.pathSeparator, -1)).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /**
   * Runs several at the same time, and waits for all.
   *
   * @param folder for their output
   */
  static List<Outcome> run(Path folder, List<List<String>> commands) throws IOException, InterruptedException {
    List<Process> processes = new ArrayList<>();
    List<Path> outputs = new ArrayList<>();
    try {
      for (List<String> command : commands) {
        Path output = Files.createTempFile(folder, "output", ".txt");
        outputs.add(output);
        processes.add(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start());
      }
      List<Outcome> outcomes = new ArrayList<>();
      for (int i = 0; i < processes.size(); i++) {
        if (!processes.get(i).waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
          throw new IllegalStateException(commands.get(i) + " has not ended: " + Files.readString(outputs.get(i)));
        }
        outcomes.add(new Outcome(processes.get(i).exitValue(), Files.readString(outputs.get(i))));
      }
      return outcomes;
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }
}
