package dev.fullrank.jmh.bench;

import dev.fullrank.Device;
import dev.fullrank.ElementType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say where to measure, and how on a GPU. */
final class GpuOptions {
  /** Without a meaning on a GPU. */
  static final List<String> OF_THE_CPU = List.of("--threads", "--no-accuracy", "--avx2");

  /** Without a meaning on the CPU. */
  static final List<String> OF_A_GPU = List.of("--python", "--batch", "--gemm-order");

  private static final int MOST_MATRICES = 1 << 16;
  private static final int MOST_ORDER = 1 << 14;

  @Option(names = "--device", paramLabel = "D", converter = Name.class,
      description = "Where to measure: cpu, the default, or cuda, cuda:1, ... for an NVIDIA GPU.")
  Device device = Device.cpu();

  @Option(names = "--python", paramLabel = "CMD", description = "On a GPU: the Python whose PyTorch is measured; by default python3.")
  String python = "python3";

  @Option(names = "--batch", paramLabel = "N", description = "On a GPU: matrices of a batch; by default 1000.")
  int batch = 1000;

  @Option(names = "--gemm-order", paramLabel = "N",
      description = "On a GPU: order of the product whose rate the floor is reckoned at; by default 4096.")
  int gemmOrder = 4096;

  /** The run that the options ask for; numbers out of range are refused. */
  GpuBench bench(BenchCommand common) {
    common.requireBetween("--batch", batch, 2, MOST_MATRICES);
    common.requireBetween("--gemm-order", gemmOrder, 2, MOST_ORDER);
    Set<GpuOperation> operations = common.chosen("--op", common.operations, GpuOperation.values(), GpuOperation::label);
    Set<ElementType> types = common.types.isEmpty() ? Set.of(ElementType.FLOAT32) : common.types();
    GpuPlan.Scale scale = common.quick ? GpuPlan.Scale.QUICK : common.full ? GpuPlan.Scale.FULL : GpuPlan.Scale.NORMAL;
    List<GpuProblem> problems =
        new GpuPlan(operations, common.directions(), types, common.givenShapes(), batch, scale).problems();
    if (problems.isEmpty()) {
      throw common.refusal("a batch is measured forward+backward only");
    }
    GpuEffort effort = common.quick ? GpuEffort.QUICK : common.full ? GpuEffort.FULL : GpuEffort.NORMAL;
    return new GpuBench(device, problems, contenders(common), effort, gemmOrder, python);
  }

  private static Set<GpuContender> contenders(BenchCommand common) {
    Set<String> families = common.chosen("--impl", common.implementations, GpuContender.families(), family -> family);
    Set<GpuContender> wanted = EnumSet.allOf(GpuContender.class);
    wanted.removeIf(contender -> families.stream().noneMatch(contender.label()::startsWith));
    return wanted;
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
