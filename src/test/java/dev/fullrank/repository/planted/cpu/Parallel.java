package dev.fullrank.repository.planted.cpu;

/** The one class that may make threads, and does. */
public final class Parallel {
  private Parallel() {}

  /** A thread that has not been started. */
  public static Thread worker(Runnable work) {
    return new Thread(work);
  }
}
