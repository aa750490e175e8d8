package dev.fullrank.cuda;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queue of work on a device with memory that is kept from one evaluation to the next. One thread at a time, which has entered the
 * session.
 *
 * <p>Work goes into the stream of the caller's matrices if they are on the device, else into an own one.
 */
public final class CudaWorkspace implements AutoCloseable {
  private final CudaSession session;
  private final CudaQueue queue;
  private final KernelCall call;
  private final List<DeviceBuffer> buffers = new ArrayList<>();
  private final List<PinnedBuffer> pinned = new ArrayList<>();
  private final List<RecordedWork> recordings = new ArrayList<>();
  private final PinnedBuffer report;
  private final Staging staging;
  private @Nullable CopyQueue readbackQueue;
  private int readbacks;
  private int moves;
  private long stream;
  private boolean busy;

  /** A workspace with a stream of its own; the session must have been entered. */
  public CudaWorkspace(CudaSession session) {
    this.session = session;
    this.queue = session.context().queue();
    this.call = new KernelCall(queue, Arena.ofAuto());
    this.report = pinnedBuffer();
    this.staging = new Staging(session.context());
    this.stream = queue.ownStream();
  }

  /** The session. */
  public CudaSession session() {
    return session;
  }

  CudaQueue queue() {
    return queue;
  }

  /** New device memory, given back with the workspace. */
  DeviceBuffer buffer() {
    DeviceBuffer buffer = new DeviceBuffer(session.context(), () -> moves++);
    buffers.add(buffer);
    return buffer;
  }

  /** How often any of these buffers has moved. */
  int moves() {
    return moves;
  }

  /** Work that is often the same, given back with the workspace. */
  RecordedWork recordedWork(Runnable work) {
    RecordedWork recorded = new RecordedWork(this, work);
    recordings.add(recorded);
    return recorded;
  }

  /** New pinned memory, given back with the workspace. */
  PinnedBuffer pinnedBuffer() {
    PinnedBuffer buffer = new PinnedBuffer(session.context());
    pinned.add(buffer);
    return buffer;
  }

  /** A new place for numbers that the host asks for; all of them are made before the first is used. */
  Readback readback() {
    return new Readback(this, pinnedBuffer(), readbacks++);
  }

  CopyQueue readbackQueue() {
    if (readbackQueue == null) {
      readbackQueue = session.context().copyQueue(readbacks);
    }
    return readbackQueue;
  }

  /** Begins the launch of a kernel. */
  KernelCall kernel(String module, String name) {
    busy = true;
    return call.to(session.function(module, name));
  }

  /** Records work instead of running it. */
  CudaGraph record(Runnable work) {
    long inUse = stream;
    queue.useStream(queue.ownStream());
    try {
      queue.beginRecording();
      try {
        work.run();
      } catch (CudaException e) {
        abandonRecording(e);
        throw e;
      }
      return queue.endRecording();
    } finally {
      queue.useStream(inUse);
    }
  }

  private void abandonRecording(CudaException cause) {
    try {
      queue.endRecording().close();
    } catch (CudaException e) {
      cause.addSuppressed(e);
    }
  }

  /** Puts recorded work into the stream. */
  void launch(CudaGraph graph) {
    busy = true;
    graph.launch(stream);
  }

  /** Works in the stream of the matrix from now on, after what is still under way in another one. */
  public void follow(Matrix z) {
    continueIn(z.isOnDevice() ? z.stream() : queue.ownStream());
  }

  /** Works in the own stream again, so that the caller's is free to go. */
  public void leave() {
    continueIn(queue.ownStream());
  }

  /** Works in the given stream from now on, after what is still under way in another one. */
  void continueIn(long next) {
    if (next != stream) {
      if (busy) {
        queue.continueIn(next);
      } else {
        queue.useStream(next);
      }
      stream = next;
    }
  }

  /** Lets what follows wait, on the device, for all that is in another stream. */
  void waitFor(long other) {
    if (other != stream) {
      queue.useStream(other);
      queue.continueIn(stream);
      busy = true;
    }
  }

  /** Lets another stream wait, on the device, for all that was put into this one. */
  void precede(long other) {
    if (other != stream) {
      queue.continueIn(other);
      queue.useStream(stream);
    }
  }

  /** The stream in which work is put. */
  public long stream() {
    return stream;
  }

  /** Waits until everything is done. */
  public void synchronize() {
    queue.synchronize();
    busy = false;
  }

  /**
   * Copies a matrix of the host to the device, beside work that is under way; work from now on comes after it. When this returns the matrix
   * has been read.
   */
  void upload(Matrix from, HostTransfer hostTransfer, long device) {
    busy = true;
    staging.upload(from, hostTransfer, device, stream);
  }

  /** Says that an evaluation is over: the next upload comes after the work that still reads earlier ones. */
  void reuseUploads() {
    staging.reuse();
  }

  /** Copies what work so far leaves on the device to a matrix of the host, and waits for it. */
  void download(long device, Matrix to, HostTransfer hostTransfer) {
    staging.download(device, to, hostTransfer, stream);
  }

  /** Waits until everything is done and copies numbers to the host. */
  MemorySegment download(long device, long bytes) {
    MemorySegment host = report.atLeast(bytes);
    queue.copyToHost(host.address(), device, bytes);
    synchronize();
    return host;
  }

  /** The entry of a matrix in device memory, widened to double; waits. */
  double element(long address, ElementType type, long index) {
    MemorySegment host = download(address + index * type.bytes(), type.bytes());
    return Matrix.of(host, type, 1, 1).get(0, 0);
  }

  /** Double number i of what {@link #download} brought. */
  static double number(MemorySegment host, int i) {
    return host.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
  }

  /** Gives memory, handles and stream back. */
  @Override
  public void close() {
    try (queue) {
      recordings.forEach(RecordedWork::close);
      staging.close();
      if (readbackQueue != null) {
        readbackQueue.close();
      }
      buffers.forEach(DeviceBuffer::free);
      pinned.forEach(PinnedBuffer::free);
    }
  }

  /** How kernels are named by the type of an argument. */
  static String suffix(ElementType type) {
    return switch (type) {
      case FLOAT64 -> "_f64";
      case FLOAT32 -> "_f32";
      case BFLOAT16 -> "_bf16";
      case FLOAT16 -> "_f16";
    };
  }
}
