package dev.fullrank.cuda.binding;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUgraph;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import jcuda.runtime.cudaStream_t;

/** The stream of a queue: its own, or another one that it has been given. */
final class CurrentStream {
  private final CUstream own = new CUstream();
  private final CUstream current = new CUstream();
  private final cudaStream_t asOfRuntime = new cudaStream_t();
  private final CUevent mark = new CUevent();
  private boolean closed;

  CurrentStream(Resources resources) {
    Status.cuda(JCudaDriver.cuStreamCreate(own, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
    resources.add(this::destroy);
    Status.cuda(JCudaDriver.cuEventCreate(mark, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
    resources.add(() -> Status.cuda(JCudaDriver.cuEventDestroy(mark), "cuEventDestroy"));
    use(own());
  }

  private void destroy() {
    closed = true;
    Status.cuda(JCudaDriver.cuStreamDestroy(own), "cuStreamDestroy");
  }

  /** Takes another stream; the libraries have to be told apart. */
  void use(long stream) {
    Native.set(current, stream);
    Native.set(asOfRuntime, stream);
  }

  /** Marks the end of what is in the stream in use. */
  void mark() {
    Status.cuda(JCudaDriver.cuEventRecord(mark, get()), "cuEventRecord");
  }

  /** Lets the stream in use wait, on the device, for what was marked. */
  void waitForMark() {
    Status.cuda(JCudaDriver.cuStreamWaitEvent(get(), mark, 0), "cuStreamWaitEvent");
  }

  /** Records what this thread puts into the stream in use. What other threads do meanwhile is no concern of it. */
  void beginCapture() {
    Status.cuda(JCudaDriver.cuStreamBeginCapture(get(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL), "cuStreamBeginCapture");
  }

  /** What was recorded. */
  CUgraph endCapture() {
    CUgraph graph = new CUgraph();
    Status.cuda(JCudaDriver.cuStreamEndCapture(get(), graph), "cuStreamEndCapture");
    return graph;
  }

  /** The queue's own stream. */
  long own() {
    return Native.get(own);
  }

  /** The stream in use. */
  long inUse() {
    return Native.get(current);
  }

  /** The stream in use, for functions of the driver. */
  CUstream get() {
    if (closed) {
      throw new IllegalStateException("this queue is closed");
    }
    return current;
  }

  /** The stream in use, for functions of the libraries, which are written for CUDA's runtime. */
  cudaStream_t asOfRuntime() {
    return asOfRuntime;
  }

  /** Waits until the stream is empty, and returns the driver's code for what happened on it. */
  int state() {
    return JCudaDriver.cuStreamSynchronize(get());
  }
}
