package dev.fullrank.jmh.bench;

import dev.fullrank.kernels.gpu.Dialogue;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The other end of a {@link Worker}: starts it, tells it what to do, and stops it while it has nothing to do. */
final class WorkerProcess implements AutoCloseable {
  private static final String FAILED = "failed ";

  private final Process process;
  private final Dialogue dialogue;

  private WorkerProcess(Process process) {
    this.process = process;
    this.dialogue = new Dialogue(process, Worker.MARK);
  }

  /**
   * Starts the worker of a library, which loads it and then says so: see {@link #ask}.
   *
   * @param jvmOptions of the worker
   * @param environment settings of the native libraries
   * @param log what the library prints
   */
  static WorkerProcess start(
      Implementation implementation, List<String> jvmOptions, Map<String, String> environment, Path log) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse(System.getProperty("java.home") + "/bin/java"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName(), implementation.label()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(new File(log.toString()));
    builder.environment().putAll(environment);
    try {
      return new WorkerProcess(builder.start());
    } catch (IOException e) {
      throw new IllegalStateException("no process for " + implementation.title(), e);
    }
  }

  boolean isAlive() {
    return dialogue.isAlive();
  }

  /** Sends a command and returns the words of the answer after the first, which must be the one expected. */
  String ask(String command, String expected, long seconds) throws Dialogue.Failure {
    Suspension.resume(process);
    dialogue.say(command);
    return await(expected, seconds);
  }

  /**
   * The answer to a command, or to the start of the process, which is then stopped until the next command.
   *
   * @throws Dialogue.Failure if the library cannot be loaded, has failed at a problem, or has not answered in time
   */
  String await(String expected, long seconds) throws Dialogue.Failure {
    String answer = dialogue.answer(seconds);
    if (answer.startsWith(FAILED)) {
      Suspension.stop(process);
      throw new Dialogue.Failure(answer.substring(FAILED.length()));
    }
    if (!answer.startsWith(expected)) {
      close();
      throw new Dialogue.Failure("unexpected answer: " + answer);
    }
    Suspension.stop(process);
    return answer.substring(expected.length()).strip();
  }

  @Override
  public void close() {
    dialogue.close();
  }
}
