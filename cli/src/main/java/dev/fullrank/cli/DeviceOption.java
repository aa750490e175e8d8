package dev.fullrank.cli;

import dev.fullrank.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option that says where to compute. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "D",
      converter = Name.class,
      description = "Where to compute: cpu, the default, or cuda, cuda:1, ... for an NVIDIA GPU.")
  private Device device = Device.cpu();

  Device device() {
    return device;
  }

  /** A device by its name. */
  static final class Name implements ITypeConverter<Device> {
    @Override
    public Device convert(String value) {
      try {
        return Device.of(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
