package dev.fullrank.cuda;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * A program that calls everything once on libraries that print their arguments. With the property {@code allocation} it prints instead
 * how many bytes the calls of queues allocate once they are compiled; the property {@code garbage} adds some.
 */
final class CallsBinding {
  /** Enough for the optimising compiler on a busy machine; the first series without a byte ends it. */
  private static final int SERIES = 20_000;

  /** Enough to see that a byte a call is found. */
  private static final int FEW_SERIES = 100;

  private static final int CALLS = 20;

  private CallsBinding() {}

  public static void main(String[] arguments) {
    if (!(CudaAvailability.get() instanceof CudaAvailability.Available(CudaLibrary library))) {
      throw new AssertionError(CudaAvailability.get());
    }
    try {
      if (Boolean.getBoolean("allocation")) {
        System.out.println("allocated: " + fewestBytes(library));
      } else {
        call(library);
      }
    } catch (CudaException e) {
      System.out.println(e.kind() + ": " + e.getMessage());
      for (Throwable other : e.getSuppressed()) {
        System.out.println("then " + other.getMessage());
      }
    }
  }

  private static void call(CudaLibrary library) {
    say(library.driverVersion() + " " + library.deviceCount() + " " + library.properties(1));
    try (CudaContext context = library.context(1)) {
      context.makeCurrent();
      long module = context.loadModule("PTX\0".getBytes(StandardCharsets.US_ASCII));
      say(module + " " + context.function(module, "name") + " " + context.freeMemory());
      context.allowSharedBytes(0xF1, 65_537);
      say("shared memory " + context.mostSharedBytes());
      long memory = context.allocate(1L << 33);
      context.free(memory);
      long pinned = context.allocateHost(8);
      MemorySegment.ofAddress(pinned).reinterpret(8).set(ValueLayout.JAVA_LONG, 0, memory);
      context.freeHost(pinned);
      CudaQueue closed;
      try (CudaQueue queue = context.queue()) {
        closed = queue;
        say("the queue is made");
        transfer(queue);
        compute(queue, false);
        compute(queue, true);
        record(queue);
        queue.useStream(0);
        queue.useStream(0);
        queue.fill(0xD0, 255, 3);
        queue.continueIn(queue.ownStream());
        queue.synchronize();
        say("the queue is to be closed");
      }
      useClosed(closed);
      CopyQueue closedCopies;
      try (CopyQueue copies = context.copyQueue(2)) {
        closedCopies = copies;
        say("the queue of copies is made");
        copy(copies);
        say("the queue of copies is to be closed");
      }
      refused(() -> copy(closedCopies));
    }
  }

  private static void useClosed(CudaQueue queue) {
    for (Runnable use : new Runnable[] {queue::synchronize, () -> compute(queue, true), () -> queue.svdWorkspace(true, 1, 2)}) {
      refused(use);
    }
  }

  private static void refused(Runnable use) {
    try {
      use.run();
    } catch (IllegalStateException e) {
      say(String.valueOf(e.getMessage()));
    }
  }

  private static void copy(CopyQueue copies) {
    copies.await(1);
    copies.toDevice(0xD1, 0xA1, 5L << 32, 0);
    copies.toHost(0xA2, 0xD2, 6, 1);
    copies.follow(0x99);
    copies.precede(0x98);
  }

  private static void record(CudaQueue queue) {
    queue.beginRecording();
    queue.fill(0xD0, 255, 3);
    CudaGraph graph = queue.endRecording();
    graph.launch(0x99);
    graph.close();
    graph.close();
    refused(() -> graph.launch(0x99));
  }

  private static void transfer(CudaQueue queue) {
    queue.copyToDevice(0xD1, 0xA1, 5L << 32);
    queue.copyToHost(0xA2, 0xD2, 6);
    queue.copy(0xD5, 0xD6, 7);
    queue.fill(0xD7, 205, 8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment values = arena.allocateFrom(ValueLayout.JAVA_LONG, 21, 22);
      MemorySegment addresses = arena.allocateFrom(ValueLayout.JAVA_LONG, values.address(), values.address() + Long.BYTES);
      queue.launch(0xF1, 1, 2, 3, 4, addresses.address());
    }
  }

  private static void compute(CudaQueue queue, boolean doubles) {
    queue.gemm(doubles, true, false, 1, 2, 3, 0.5, 0xA, 4, 0xB, 5, -0.25, 0xC, 6);
    queue.syrk(doubles, true, 1, 2, 0.5, 0xA, 3, 0xC, 4);
    int size = queue.qrWorkspace(doubles, 1, 2, 0xA, 3);
    queue.qr(doubles, 1, 2, 0xA, 3, 0x7, 0xE, size, 0x1F);
    queue.multiplyByQ(doubles, 1, 2, 0xA, 3, 0x7, 0xC, 4, 0xE, size, 0x1F);
    size = queue.choleskyWorkspace(doubles, 2, 0xA, 3);
    queue.cholesky(doubles, 2, 0xA, 3, 0xE, size, 0x1F);
    queue.invertByCholesky(doubles, 2, 0xA, 3, 0xE, size, 0x1F);
    size = queue.eigenWorkspace(doubles, 2, 0xA, 3, 0x5);
    queue.eigen(doubles, 2, 0xA, 3, 0x5, 0xE, size, 0x1F);
    size = queue.jacobiSvdWorkspace(doubles, 1, 2, 0xA, 3, 0x5, 0x8, 4, 0x9, 5);
    queue.jacobiSvd(doubles, 1, 2, 0xA, 3, 0x5, 0x8, 4, 0x9, 5, 0xE, size, 0x1F);
    size = queue.svdWorkspace(doubles, 1, 2);
    queue.svd(doubles, 1, 2, 0xA, 3, 0x5, 0x8, 4, 0x9, 5, 0xE, size, 0x1F);
    size = queue.jacobiSvdBatchedWorkspace(doubles, 1, 2, 0xA, 3, 0x5, 0x8, 4, 0x9, 5, 6);
    queue.jacobiSvdBatched(doubles, 1, 2, 0xA, 3, 0x5, 0x8, 4, 0x9, 5, 0xE, size, 0x1F, 6);
  }

  /** The fewest bytes that a series of calls of everything in a queue allocated on this thread. */
  private static long fewestBytes(CudaLibrary library) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    boolean garbage = Boolean.getBoolean("garbage");
    long fewest = Long.MAX_VALUE;
    try (CudaContext context = library.context(0);
        CudaQueue queue = context.queue();
        CopyQueue copies = context.copyQueue(2);
        Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
      MemorySegment parameters = arena.allocateFrom(ValueLayout.JAVA_LONG, value.address(), value.address());
      for (int i = 0; i < (garbage ? FEW_SERIES : SERIES) && fewest > 0; i++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int call = 0; call < CALLS; call++) {
          context.makeCurrent();
          queue.useStream(call);
          queue.copyToDevice(0xD1, 0xA1, 5);
          queue.copyToHost(0xA2, 0xD2, 6);
          queue.copy(0xD5, 0xD6, 7);
          queue.fill(0xD7, 205, 8);
          queue.launch(0xF1, 1, 2, 3, 4, parameters.address());
          compute(queue, (call & 1) == 0);
          copy(copies);
          queue.synchronize();
          if (garbage) {
            context.freeMemory(); // makes two arrays
          }
        }
        fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
      }
    }
    return fewest;
  }

  private static void say(String text) {
    System.out.println("— " + text);
  }
}
