package dev.fullrank;

/**
 * Where a regularizer computes: on the CPU, or on an NVIDIA GPU. Immutable.
 *
 * <p>Naming a GPU touches nothing; whether it can be used is found out when a regularizer for it is built, which otherwise throws a
 * {@link DeviceException} with the reason and what to do about it.
 */
public final class Device {
  private static final Device CPU = new Device(-1);

  private final int ordinal;

  private Device(int ordinal) {
    this.ordinal = ordinal;
  }

  /** The processor that runs the JVM. */
  public static Device cpu() {
    return CPU;
  }

  /**
   * A GPU by its number in CUDA's order.
   *
   * @throws IllegalArgumentException if negative
   */
  public static Device cuda(int ordinal) {
    if (ordinal < 0) {
      throw new IllegalArgumentException("devices are counted from 0, not " + ordinal);
    }
    return new Device(ordinal);
  }

  /**
   * The device of that name: {@code cpu}, {@code cuda} for the first GPU, {@code cuda:1} and so on.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static Device of(String name) {
    if (name.equals("cpu")) {
      return cpu();
    }
    if (name.equals("cuda")) {
      return cuda(0);
    }
    String number = name.startsWith("cuda:") ? name.substring("cuda:".length()) : "";
    if (!number.matches("\\d{1,4}")) {
      throw new IllegalArgumentException("a device is cpu, cuda or cuda:N, not " + name);
    }
    return cuda(Integer.parseInt(number));
  }

  /** Whether this is a GPU. */
  public boolean isCuda() {
    return ordinal >= 0;
  }

  /**
   * The number of a GPU.
   *
   * @throws IllegalStateException if this is the CPU
   */
  public int ordinal() {
    if (ordinal < 0) {
      throw new IllegalStateException("the CPU has no number");
    }
    return ordinal;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Device device && device.ordinal == ordinal;
  }

  @Override
  public int hashCode() {
    return Integer.hashCode(ordinal);
  }

  /** {@code cpu}, or {@code cuda:0} and so on. */
  @Override
  public String toString() {
    return ordinal < 0 ? "cpu" : "cuda:" + ordinal;
  }
}
