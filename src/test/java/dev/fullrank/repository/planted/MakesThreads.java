package dev.fullrank.repository.planted;

import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/** Threads in three ways. */
final class MakesThreads {
  private MakesThreads() {}

  static Thread byHand(Runnable work) {
    return new Thread(work);
  }

  static Thread virtual(Runnable work) {
    return Thread.startVirtualThread(work);
  }

  static int pool() {
    return ForkJoinPool.commonPool().getParallelism();
  }

  static int stream(int n) {
    return IntStream.range(0, n).parallel().sum();
  }
}
