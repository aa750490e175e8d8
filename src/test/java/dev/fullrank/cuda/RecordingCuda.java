package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Builds the libraries of recorder.c, which have the names of CUDA's and print how they are called. */
final class RecordingCuda {
  private RecordingCuda() {}

  /** Whether there is the C compiler that they are built with. */
  static boolean canBeBuilt() {
    try {
      return run("gcc", "--version") == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Builds the driver. */
  static void driver(Path folder) throws IOException {
    build(folder, "DRIVER", "libcuda.so.1");
  }

  /** Builds the libraries of CUDA 12 or 13. */
  static void libraries(Path folder, CudaGeneration generation) throws IOException {
    List<String> kinds = List.of("BLAS", "SOLVER", "MG");
    for (int i = 0; i < kinds.size(); i++) {
      build(folder, kinds.get(i), generation.required().get(i));
    }
  }

  private static void build(Path folder, String kind, String name) throws IOException {
    Path source = folder.resolve("recorder.c");
    try (InputStream in = Objects.requireNonNull(RecordingCuda.class.getResourceAsStream("recorder.c"))) {
      Files.write(source, in.readAllBytes());
    }
    // CUDA's libraries give each symbol a version with the name of the library.
    Path versions = Files.writeString(folder.resolve(name + ".map"), name + " { *; };\n");
    int status =
        run(
            "gcc", "-shared", "-fPIC", "-D" + kind, "-Wl,-soname," + name, "-Wl,--version-script=" + versions, "-o",
            folder.resolve(name).toString(), source.toString());
    assertThat(status).as("gcc for " + name).isZero();
    Files.delete(source);
    Files.delete(versions);
  }

  private static int run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
