package dev.fullrank.check;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A scalar function of one matrix as a TorchScript program written from Java, evaluated and differentiated by PyTorch's own
 * autograd: this reaches every operator of PyTorch, among them those that DJL does not offer.
 *
 * <p>The file is a zip of four stored entries: the pickled module (an object without attributes), its code, no constants, and
 * the version of the format.
 */
final class TorchScript {
  private final double value;
  private final double[] gradient;

  private TorchScript(double value, double[] gradient) {
    this.value = value;
    this.gradient = gradient;
  }

  /** Runs statements that compute a variable named value from the matrix named x, and differentiates it. */
  static TorchScript differentiate(Path folder, double[] matrix, int rows, int columns, String... statements) {
    StringBuilder code = new StringBuilder("class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n");
    code.append("  def forward(self: __torch__.M,\n    input: Tensor) -> Tuple[Tensor, Tensor]:\n");
    code.append("    x = torch.requires_grad_(torch.clone(torch.detach(input)))\n");
    for (String statement : statements) {
      code.append("    ").append(statement).append('\n');
    }
    code.append("    gradients = torch.grad([value], [x])\n");
    code.append("    return (torch.detach(value), torch.detach(unchecked_cast(Tensor, gradients[0])))\n");
    try (Model model = Model.newInstance("scalar", "PyTorch")) {
      write(folder.resolve("scalar.pt"), code.toString());
      model.load(folder, "scalar");
      // Outside a gradient collector DJL switches autograd off, for the program's own use too.
      try (var _ = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray x = model.getNDManager().create(matrix, new Shape(rows, columns));
        NDList out = model.getBlock().forward(new ParameterStore(model.getNDManager(), false), new NDList(x), true);
        return new TorchScript(out.get(0).getDouble(), out.get(1).toDoubleArray());
      }
    } catch (IOException | MalformedModelException e) {
      throw new AssertionError("PyTorch refused the program\n" + code, e);
    }
  }

  double value() {
    return value;
  }

  /** Row-major. */
  double[] gradient() {
    return gradient;
  }

  private static void write(Path file, String code) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      entry(zip, "scalar/data.pkl", "\u0080\u0002c__torch__\nM\nq\u0000)\u0081}b.");
      entry(zip, "scalar/code/__torch__.py", code);
      entry(zip, "scalar/constants.pkl", "\u0080\u0002).");
      entry(zip, "scalar/version", "3\n");
    }
  }

  private static void entry(ZipOutputStream zip, String name, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
