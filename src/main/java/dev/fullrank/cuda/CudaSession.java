package dev.fullrank.cuda;

import dev.fullrank.Device;
import dev.fullrank.DeviceException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * One GPU in use by this process: its primary context and the kernels of this library on it. Opened once for each device and kept. Safe
 * for use by any number of threads.
 */
public final class CudaSession {
  private static final ConcurrentMap<Device, CudaSession> SESSIONS = new ConcurrentHashMap<>();

  private final Device device;
  private final CudaContext context;
  private final ConcurrentMap<String, Long> modules = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Long> functions = new ConcurrentHashMap<>();
  private volatile @Nullable String lost;

  private CudaSession(Device device, CudaContext context) {
    this.device = device;
    this.context = context;
  }

  /**
   * The session of a device.
   *
   * @throws DeviceException with the reason and its remedy, if there is no such device or it cannot be used
   */
  public static CudaSession of(Device device) {
    CudaSession session = SESSIONS.computeIfAbsent(device, CudaSession::open);
    session.requireAlive();
    return session;
  }

  private static CudaSession open(Device device) {
    CudaLibrary library =
        switch (CudaAvailability.get()) {
          case CudaAvailability.Available available -> available.library();
          case CudaAvailability.Missing missing -> throw unavailable(device, missing.reason() + "; " + missing.remedy());
        };
    try {
      int count = library.deviceCount();
      if (device.ordinal() >= count) {
        throw unavailable(device, "there " + (count == 1 ? "is one device" : "are " + count + " devices") + ", counted from 0");
      }
      return new CudaSession(device, library.context(device.ordinal()));
    } catch (CudaException e) {
      throw unavailable(device, e.getMessage());
    }
  }

  private static DeviceException unavailable(Device device, @Nullable String reason) {
    return new DeviceException(DeviceException.Kind.UNAVAILABLE, device + " cannot be used: " + reason, null);
  }

  /** Which device this is. */
  public Device device() {
    return device;
  }

  CudaContext context() {
    return context;
  }

  /**
   * A kernel; its module is loaded when it is first asked for. The context must be current.
   *
   * @param module name of the file with its PTX
   * @param name of the entry
   */
  long function(String module, String name) {
    return functions.computeIfAbsent(
        name, n -> context.function(modules.computeIfAbsent(module, m -> context.loadModule(PtxImages.load(m))), n));
  }

  /**
   * Binds the context to the calling thread.
   *
   * @throws DeviceException if the device was lost
   */
  public void enter() {
    requireAlive();
    context.makeCurrent();
  }

  /** Whether nothing has broken the context. */
  public boolean isAlive() {
    return lost == null;
  }

  private void requireAlive() {
    if (lost != null) {
      throw new DeviceException(DeviceException.Kind.LOST, lost, null);
    }
  }

  /** What the caller is told of an error; after one that broke the context every later use of the session fails at once. */
  public DeviceException failure(CudaException e) {
    return switch (e.kind()) {
      case OUT_OF_MEMORY ->
          new DeviceException(
              DeviceException.Kind.OUT_OF_MEMORY,
              "the memory of " + device + " does not suffice (" + e.getMessage() + "); use fewer rows, or close what else uses it",
              e);
      case CONTEXT_LOST -> {
        lost = device + " was lost to this process (" + e.getMessage() + "); start a new one";
        yield new DeviceException(DeviceException.Kind.LOST, lost, e);
      }
      case OTHER -> new DeviceException(DeviceException.Kind.FAILED, "a call on " + device + " failed: " + e.getMessage(), e);
    };
  }
}
