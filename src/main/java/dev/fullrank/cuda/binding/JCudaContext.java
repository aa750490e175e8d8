package dev.fullrank.cuda.binding;

import dev.fullrank.cuda.CopyQueue;
import dev.fullrank.cuda.CudaContext;
import dev.fullrank.cuda.CudaQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/** The primary context. Its methods are called rarely and by any thread, so each makes the objects that JCuda wants. */
final class JCudaContext implements CudaContext {
  private final CUdevice device;
  private final CUcontext context = new CUcontext();
  private final AtomicBoolean closed = new AtomicBoolean();

  JCudaContext(CUdevice device) {
    this.device = device;
    Status.cuda(JCudaDriver.cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
  }

  @Override
  public void makeCurrent() {
    Status.cuda(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
  }

  @Override
  public long loadModule(byte[] image) {
    CUmodule module = new CUmodule();
    Status.cuda(JCudaDriver.cuModuleLoadData(module, image), "cuModuleLoadData");
    return Native.get(module);
  }

  @Override
  public long function(long module, String name) {
    CUfunction function = new CUfunction();
    CUmodule owner = Native.set(new CUmodule(), module);
    Status.cuda(JCudaDriver.cuModuleGetFunction(function, owner, name), "cuModuleGetFunction of " + name);
    return Native.get(function);
  }

  @Override
  public int computeCapability() {
    int major = JCudaLibrary.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
    return major * 10 + JCudaLibrary.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
  }

  @Override
  public int mostSharedBytes() {
    return JCudaLibrary.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
  }

  @Override
  public void allowSharedBytes(long function, int bytes) {
    CUfunction allowed = Native.set(new CUfunction(), function);
    int attribute = CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
    Status.cuda(JCudaDriver.cuFuncSetAttribute(allowed, attribute, bytes), "cuFuncSetAttribute");
  }

  @Override
  public long allocate(long bytes) {
    CUdeviceptr memory = new CUdeviceptr();
    Status.cuda(JCudaDriver.cuMemAlloc(memory, bytes), "cuMemAlloc");
    return Native.get(memory);
  }

  @Override
  public void free(long address) {
    Status.cuda(JCudaDriver.cuMemFree(Native.set(new CUdeviceptr(), address)), "cuMemFree");
  }

  @Override
  public long allocateHost(long bytes) {
    // JCuda makes a ByteBuffer of it, and would throw, with the memory lost, where that is too small.
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(bytes + " bytes in one piece of pinned memory; take pieces of at most " + Integer.MAX_VALUE);
    }
    Pointer memory = new Pointer();
    Status.cuda(JCudaDriver.cuMemHostAlloc(memory, bytes, 0), "cuMemHostAlloc");
    return Native.get(memory);
  }

  @Override
  public void freeHost(long address) {
    Status.cuda(JCudaDriver.cuMemFreeHost(Native.set(new Pointer(), address)), "cuMemFreeHost");
  }

  @Override
  public long freeMemory() {
    long[] free = {0};
    Status.cuda(JCudaDriver.cuMemGetInfo(free, new long[1]), "cuMemGetInfo");
    return free[0];
  }

  @Override
  public CudaQueue queue() {
    return new JCudaQueue();
  }

  @Override
  public CopyQueue copyQueue(int places) {
    return new JCudaCopyQueue(places);
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      Status.cuda(JCudaDriver.cuDevicePrimaryCtxRelease(device), "cuDevicePrimaryCtxRelease");
    }
  }
}
