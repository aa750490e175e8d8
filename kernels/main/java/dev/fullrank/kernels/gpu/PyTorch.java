package dev.fullrank.kernels.gpu;

import dev.fullrank.Device;
import dev.fullrank.Matrix;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch on the GPU, in a Python process of its own that runs {@code torch_times.py}: it computes what the library computes, on the same
 * numbers, and is timed there.
 */
public final class PyTorch implements AutoCloseable {
  /** To import torch from a slow disk, and for a step that is given up. */
  private static final long PATIENCE = 120;

  private static final String SCRIPT = "torch_times.py";

  private final Dialogue dialogue;
  private final Exchange files;
  private final String version;

  /**
   * What a step gave.
   *
   * @param value the sum over the matrices
   * @param gradient b·count×d; null after a forward step
   * @param seconds that the second call took
   */
  public record Result(double value, @Nullable Matrix gradient, double seconds) {}

  private PyTorch(Dialogue dialogue, Exchange files, String version) {
    this.dialogue = dialogue;
    this.files = files;
    this.version = version;
  }

  /** What goes from process to process, and what Python prints on its error stream, in a folder of their own. */
  private record Exchange(Path folder, Path log, Path input, Path gradient) {
    static Exchange create() {
      try {
        Path folder = Files.createTempDirectory("fullrank-torch");
        Path input = folder.resolve("input");
        return new Exchange(folder, folder.resolve("log"), input, folder.resolve("input.gradient"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String lastLogged(String otherwise) throws IOException {
      return Files.readAllLines(log).stream().filter(line -> !line.isBlank()).reduce(otherwise, (_, last) -> last);
    }

    void delete() {
      try {
        for (Path file : List.of(log, input, gradient, folder)) {
          Files.deleteIfExists(file);
        }
      } catch (IOException e) {
        // A process that is being killed may still write; what is left lies among the temporary files.
      }
    }
  }

  /**
   * Starts it.
   *
   * @param python the interpreter
   * @param gamma of the variance term
   * @throws Dialogue.Failure if there is no such interpreter, or none with a PyTorch that finds the device
   */
  public static PyTorch start(String python, Device device, double gamma) throws Dialogue.Failure {
    Exchange files = Exchange.create();
    try {
      Process process =
          new ProcessBuilder(List.of(python, "-c", script(), device.toString(), Double.toString(gamma)))
              .redirectError(files.log().toFile())
              .start();
      return introduced(new Dialogue(process, ""), files);
    } catch (IOException e) {
      files.delete();
      throw new Dialogue.Failure("there is no " + python);
    } catch (Dialogue.Failure e) {
      files.delete();
      throw e;
    }
  }

  private static PyTorch introduced(Dialogue dialogue, Exchange files) throws Dialogue.Failure, IOException {
    try {
      return new PyTorch(dialogue, files, dialogue.answer(PATIENCE));
    } catch (Dialogue.Failure e) {
      dialogue.close();
      throw new Dialogue.Failure(files.lastLogged(String.valueOf(e.getMessage())));
    }
  }

  private static String script() {
    try (InputStream in = Objects.requireNonNull(PyTorch.class.getResourceAsStream(SCRIPT))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of PyTorch and its CUDA. */
  public String version() {
    return version;
  }

  /**
   * Makes a step ready and does it.
   *
   * @param numbers dense on the heap: all matrices, one below the other
   * @throws Dialogue.Failure if PyTorch cannot do it
   */
  public Result prepare(TorchStep step, Matrix numbers) throws Dialogue.Failure {
    try {
      Files.write(files.input(), numbers.segment().toArray(ValueLayout.JAVA_BYTE));
      String[] words = ask(step.command(files.input()), "prepared ").split(" ", -1);
      Matrix gradient = null;
      if (step.backward()) {
        byte[] bytes = Files.readAllBytes(files.gradient());
        gradient = HostMatrices.zeros(step.type(), step.count() * step.b(), step.d());
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, gradient.segment(), 0, gradient.segment().byteSize());
      }
      return new Result(Double.parseDouble(words[0]), gradient, Double.parseDouble(words[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Times what was made ready.
   *
   * @param seconds about how long to measure, after half as long
   */
  public Timing time(double seconds) throws Dialogue.Failure {
    String[] words = ask("time " + seconds, "timed ").split(" ", -1);
    return new Timing(
        Double.parseDouble(words[0]),
        Double.parseDouble(words[1]),
        Double.parseDouble(words[2]),
        Integer.parseInt(words[3]),
        Integer.parseInt(words[4]));
  }

  private String ask(String command, String expected) throws Dialogue.Failure {
    dialogue.say(command);
    String answer = dialogue.answer(PATIENCE);
    if (!answer.startsWith(expected)) {
      throw new Dialogue.Failure(answer);
    }
    return answer.substring(expected.length());
  }

  @Override
  public void close() {
    dialogue.close();
    files.delete();
  }
}
