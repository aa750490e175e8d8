package dev.fullrank.cuda.binding;

import dev.fullrank.cuda.CudaContext;
import dev.fullrank.cuda.CudaLibrary;
import java.nio.charset.StandardCharsets;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;

/** The driver. */
final class JCudaLibrary implements CudaLibrary {
  /** Bytes of a product's name with the NUL after it; longer names are cut off by the driver. */
  private static final int NAME_BYTES = 256;

  JCudaLibrary() {
    Status.cuda(JCudaDriver.cuInit(0), "cuInit");
  }

  @Override
  public int driverVersion() {
    int[] version = {0};
    Status.cuda(JCudaDriver.cuDriverGetVersion(version), "cuDriverGetVersion");
    return version[0];
  }

  @Override
  public int deviceCount() {
    int[] count = {0};
    Status.cuda(JCudaDriver.cuDeviceGetCount(count), "cuDeviceGetCount");
    return count[0];
  }

  @Override
  public Properties properties(int ordinal) {
    CUdevice device = device(ordinal);
    byte[] name = new byte[NAME_BYTES];
    Status.cuda(JCudaDriver.cuDeviceGetName(name, name.length, device), "cuDeviceGetName");
    long[] memory = {0};
    Status.cuda(JCudaDriver.cuDeviceTotalMem(memory, device), "cuDeviceTotalMem");
    int major = attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
    int minor = attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    int multiprocessors = attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
    return new Properties(untilNul(name), major * 10 + minor, multiprocessors, memory[0]);
  }

  @Override
  public CudaContext context(int ordinal) {
    return new JCudaContext(device(ordinal));
  }

  private static CUdevice device(int ordinal) {
    CUdevice device = new CUdevice();
    Status.cuda(JCudaDriver.cuDeviceGet(device, ordinal), "cuDeviceGet");
    return device;
  }

  static int attribute(CUdevice device, int attribute) {
    int[] value = {0};
    Status.cuda(JCudaDriver.cuDeviceGetAttribute(value, attribute, device), "cuDeviceGetAttribute");
    return value[0];
  }

  private static String untilNul(byte[] name) {
    int length = 0;
    while (length < name.length && name[length] != 0) {
      length++;
    }
    return new String(name, 0, length, StandardCharsets.UTF_8);
  }
}
