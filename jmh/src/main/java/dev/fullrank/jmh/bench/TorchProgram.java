package dev.fullrank.jmh.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript program written from Java, which reaches every operator of PyTorch and its autograd, and spares the call from
 * Java for each operator. The file is a zip of four stored entries: the pickled module (an object without attributes), its code,
 * no constants, and the version of the format.
 */
final class TorchProgram {
  /** Of the file, which also names the folder inside it. */
  static final String NAME = "program";

  private static final String HEAD = """
      class M(Module):
        __parameters__ = []
        __buffers__ = []
        def forward(self: __torch__.M,
          input: Tensor,
          square: Tensor) -> Tuple[Tensor, Tensor]:
      """;

  private TorchProgram() {}

  /** Statements for a problem; E is {@code input}, the square factor of a product {@code square}. */
  static String code(Problem problem) {
    String value = switch (problem.operation()) {
      case SVMAX -> "    value = torch.div(torch.sum(torch.linalg_svdvals(x)), " + problem.order() + ")\n";
      case HINGE -> """
              s = torch.sqrt(torch.add(torch.var(x, [0], True), 0.0001))
              value = torch.mean(torch.relu(torch.rsub(s, 1.0)))
          """;
      case GEMM -> problem.b() <= problem.d() ? result("square, torch.mm(square, x)") : result("square, torch.mm(x, square)");
      case SYRK -> problem.b() <= problem.d() ? result("x, torch.mm(x, torch.t(x))") : result("x, torch.mm(torch.t(x), x)");
      case COPY -> throw new IllegalArgumentException("no program for " + problem);
    };
    if (problem.wantsGradient()) {
      return HEAD + "    x = torch.requires_grad_(torch.detach(input))\n" + value
          + "    gradients = torch.grad([value], [x])\n"
          + result("torch.detach(value), torch.detach(unchecked_cast(Tensor, gradients[0]))");
    }
    return HEAD + "    x = input\n" + value + (problem.operation().hasGradient() ? result("value, value") : "");
  }

  private static String result(String pair) {
    return "    return (" + pair + ")\n";
  }

  /** Writes the program where DJL loads it by {@link #NAME}. */
  static void write(Path folder, String code) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve(NAME + ".pt")))) {
      entry(zip, "data.pkl", "\u0080\u0002c__torch__\nM\nq\u0000)\u0081}b.");
      entry(zip, "code/__torch__.py", code);
      entry(zip, "constants.pkl", "\u0080\u0002).");
      entry(zip, "version", "3\n");
    }
  }

  private static void entry(ZipOutputStream zip, String name, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(NAME + "/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
