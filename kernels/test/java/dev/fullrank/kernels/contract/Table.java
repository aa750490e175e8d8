package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/** What a batch says of its matrices: ten words for each, some of which are addresses of other arrays. */
final class Table extends DeviceArray {
  private static final int WORDS = 10;
  private static final int X = 0;
  private static final int STRIDE = 1;
  private static final int ROWS = 2;
  private static final int COLUMNS = 3;
  private static final int Y = 4;
  private static final int P = 5;
  private static final int V = 6;
  private static final int ROW_FACTORS = 7;
  private static final int OUT = 8;
  private static final int OUT_STRIDE = 9;

  private final List<Link> links = new ArrayList<>();
  private final Set<DeviceArray> outputs = new HashSet<>();

  private record Link(int matrix, int word, DeviceArray array) {}

  /** Matrices of these shapes; all addresses are null until they are given. */
  Table(List<Shape> shapes) {
    super(Element.F64, shapes.size(), WORDS, WORDS, 0);
    for (int m = 0; m < shapes.size(); m++) {
      for (int word = 0; word < WORDS; word++) {
        setBits(m, word, 0);
      }
      setBits(m, ROWS, shapes.get(m).rows());
      setBits(m, COLUMNS, shapes.get(m).columns());
    }
  }

  Table x(int matrix, DeviceArray x) {
    setBits(matrix, STRIDE, x.stride());
    return add(matrix, X, x, false);
  }

  Table y(int matrix, DeviceArray y, boolean output) {
    return add(matrix, Y, y, output);
  }

  Table p(int matrix, DeviceArray p, boolean output) {
    return add(matrix, P, p, output);
  }

  Table v(int matrix, DeviceArray v, boolean output) {
    return add(matrix, V, v, output);
  }

  /** Units, sums of squares and inverse norms. */
  Table rowFactors(int matrix, DeviceArray rows, boolean output) {
    return add(matrix, ROW_FACTORS, rows, output);
  }

  Table out(int matrix, DeviceArray out, boolean output) {
    setBits(matrix, OUT_STRIDE, out.stride());
    return add(matrix, OUT, out, output);
  }

  private Table add(int matrix, int word, DeviceArray array, boolean output) {
    links.add(new Link(matrix, word, array));
    if (output) {
      outputs.add(array);
    }
    return this;
  }

  /** Fills in addresses. */
  void link(ToLongFunction<DeviceArray> address) {
    for (Link link : links) {
      setBits(link.matrix(), link.word(), address.applyAsLong(link.array()));
    }
  }

  /** What the kernel is to write of all that is pointed to. */
  Set<DeviceArray> outputs() {
    return outputs;
  }
}
