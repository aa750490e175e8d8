package dev.fullrank.jmh.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The other end of a {@link Worker}: starts it, tells it what to do, and kills it when it does not answer. */
final class WorkerProcess implements AutoCloseable {
  /** The library cannot be loaded, has failed at a problem, or has not answered in time; the message says which. */
  static final class Failure extends Exception {
    Failure(String message) {
      super(message);
    }
  }

  private static final String END = "";

  private final Process process;
  private final BufferedWriter commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private WorkerProcess(Process process) {
    this.process = process;
    // A stopped process does not notice that its standard input has ended.
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroyForcibly));
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = Thread.ofPlatform().daemon().name("answers").unstarted(this::read);
    reader.start();
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

  private void read() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith(Worker.MARK)) {
          answers.add(line.substring(Worker.MARK.length()));
        }
      }
    } catch (IOException e) {
      // The process is gone, which is what the next line says.
    }
    answers.add(END);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a command and returns the words of the answer after the first, which must be the one expected. */
  String ask(String command, String expected, long seconds) throws Failure {
    Suspension.resume(process);
    try {
      commands.write(command);
      commands.newLine();
      commands.flush();
    } catch (IOException e) {
      throw new Failure("its process has ended");
    }
    return await(expected, seconds);
  }

  /** The answer to a command, or to the start of the process, which is then stopped until the next command. */
  String await(String expected, long seconds) throws Failure {
    String answer = next(seconds);
    if (answer.startsWith("failed ")) {
      Suspension.stop(process);
      throw new Failure(answer.substring("failed ".length()));
    }
    if (!answer.startsWith(expected)) {
      close();
      throw new Failure("unexpected answer: " + answer);
    }
    Suspension.stop(process);
    return answer.substring(expected.length()).strip();
  }

  private String next(long seconds) throws Failure {
    String answer;
    try {
      answer = answers.poll(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted");
    }
    if (answer == null) {
      close();
      throw new Failure("no answer within " + seconds + " s");
    }
    if (answer.equals(END)) {
      close();
      throw new Failure("its process has crashed");
    }
    return answer;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
