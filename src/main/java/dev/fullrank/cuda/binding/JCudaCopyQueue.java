package dev.fullrank.cuda.binding;

import dev.fullrank.cuda.CopyQueue;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** A stream for copies with an event for each place. The objects that JCuda wants as arguments are made once. */
final class JCudaCopyQueue implements CopyQueue {
  private final Resources resources = new Resources();
  private final CUstream own = new CUstream();
  private final CUstream other = new CUstream();
  private final CUevent mark = new CUevent();
  private final CUevent[] ends;
  private final CUdeviceptr device = new CUdeviceptr();
  private final Pointer host = new Pointer();
  private boolean closed;

  JCudaCopyQueue(int places) {
    ends = new CUevent[places];
    try {
      Status.cuda(JCudaDriver.cuStreamCreate(own, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
      resources.add(this::destroy);
      create(mark);
      for (int i = 0; i < places; i++) {
        ends[i] = new CUevent();
        create(ends[i]);
      }
    } catch (RuntimeException | Error e) {
      resources.releaseAfter(e);
      throw e;
    }
    resources.add(() -> Status.cuda(JCudaDriver.cuStreamSynchronize(own), "cuStreamSynchronize"));
  }

  private void create(CUevent event) {
    Status.cuda(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
    resources.add(() -> Status.cuda(JCudaDriver.cuEventDestroy(event), "cuEventDestroy"));
  }

  private void destroy() {
    closed = true;
    Status.cuda(JCudaDriver.cuStreamDestroy(own), "cuStreamDestroy");
  }

  private CUstream open() {
    if (closed) {
      throw new IllegalStateException("this queue is closed");
    }
    return own;
  }

  @Override
  public void toDevice(long device, long host, long bytes, int place) {
    Native.set(this.device, device);
    Native.set(this.host, host);
    Status.cuda(JCudaDriver.cuMemcpyHtoDAsync(this.device, this.host, bytes, open()), "cuMemcpyHtoDAsync");
    record(ends[place], own);
  }

  @Override
  public void toHost(long host, long device, long bytes, int place) {
    Native.set(this.host, host);
    Native.set(this.device, device);
    Status.cuda(JCudaDriver.cuMemcpyDtoHAsync(this.host, this.device, bytes, open()), "cuMemcpyDtoHAsync");
    record(ends[place], own);
  }

  @Override
  public void await(int place) {
    open();
    Status.cuda(JCudaDriver.cuEventSynchronize(ends[place]), "cuEventSynchronize");
  }

  @Override
  public void follow(long stream) {
    record(mark, Native.set(other, stream));
    Status.cuda(JCudaDriver.cuStreamWaitEvent(open(), mark, 0), "cuStreamWaitEvent");
  }

  @Override
  public void precede(long stream) {
    record(mark, open());
    Status.cuda(JCudaDriver.cuStreamWaitEvent(Native.set(other, stream), mark, 0), "cuStreamWaitEvent");
  }

  private static void record(CUevent event, CUstream stream) {
    Status.cuda(JCudaDriver.cuEventRecord(event, stream), "cuEventRecord");
  }

  @Override
  public void close() {
    resources.release();
  }
}
