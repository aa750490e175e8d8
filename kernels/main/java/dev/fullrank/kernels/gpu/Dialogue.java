package dev.fullrank.kernels.gpu;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process that is told one line at a time and answers each by a line. One thread at a time. */
public final class Dialogue implements AutoCloseable {
  /** What was asked for cannot be had, or the process has not answered; the message says why. */
  public static final class Failure extends Exception {
    /** With that message. */
    public Failure(String message) {
      super(message);
    }
  }

  private final Process process;
  private final String mark;
  private final BufferedWriter lines;

  /** Empty at the end of the process. */
  private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();

  /**
   * Takes over a process.
   *
   * @param mark what answers begin with; the process may print other lines, which are dropped
   */
  public Dialogue(Process process, String mark) {
    this.process = process;
    this.mark = mark;
    // A process that is stopped or busy does not notice that its standard input has ended.
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroyForcibly));
    this.lines = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().name("answers").start(this::read);
  }

  private void read() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith(mark)) {
          answers.add(Optional.of(line.substring(mark.length())));
        }
      }
    } catch (IOException e) {
      // The process is gone, which is what the next line says.
    }
    answers.add(Optional.empty());
  }

  /** Says a line. */
  public void say(String line) throws Failure {
    try {
      lines.write(line);
      lines.newLine();
      lines.flush();
    } catch (IOException e) {
      throw new Failure("its process has ended");
    }
  }

  /**
   * The next answer, without its mark. A process that does not give it is killed.
   *
   * @param seconds to wait for it
   */
  public String answer(long seconds) throws Failure {
    Optional<String> answer;
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
    if (answer.isEmpty()) {
      close();
      throw new Failure("its process has crashed");
    }
    return answer.get();
  }

  /** Whether the process can be asked anything. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Kills the process. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
