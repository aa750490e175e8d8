package dev.fullrank.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A virtual machine of its own: what is opened for the life of a process would otherwise meet the next test. */
final class FreshJava {
  private final Path folder;
  private final List<String> flags = new ArrayList<>(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
  private final Map<String, String> variables = new LinkedHashMap<>();
  private List<Path> classPath = ClassPath.all();

  /** What came of it. */
  record Outcome(int status, List<String> out, String err) {}

  /** A started virtual machine. */
  record Running(Process process, Path out, Path err) {
    Outcome await() throws IOException, InterruptedException {
      try {
        int status = process.waitFor();
        return new Outcome(status, Files.readAllLines(out), Files.readString(err));
      } finally {
        process.destroyForcibly();
      }
    }
  }

  /** With its files for temporary use and for output in the given folder. */
  FreshJava(Path folder) {
    this.folder = folder;
    flag("-Djava.io.tmpdir=" + folder);
  }

  FreshJava flag(String flag) {
    flags.add(flag);
    return this;
  }

  FreshJava variable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  FreshJava classPath(List<Path> elements) {
    classPath = elements;
    return this;
  }

  Outcome run(Class<?> main) throws IOException, InterruptedException {
    return start(main).await();
  }

  Running start(Class<?> main) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", ClassPath.join(classPath), main.getName()));
    // Beside the folder, so that it holds only what the other virtual machine puts there.
    Path out = Files.createTempFile(folder.toAbsolutePath().getParent(), "out", ".txt");
    Path err = Files.createTempFile(folder.toAbsolutePath().getParent(), "err", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    List.of("CUDA_HOME", "CUDA_PATH", "FULLRANK_CUDA_LIBRARIES").forEach(builder.environment()::remove);
    builder.environment().putAll(variables);
    return new Running(builder.start(), out, err);
  }
}
