package dev.fullrank.cpu;

/** What one participant has for itself; buffers grow to the size in use and stay. */
final class Scratch {
  /** Reads and stores. */
  final Panels panels = new Panels();

  /** Packs. */
  final Packer packer = new Packer(panels);

  /** Multiplies. */
  final Gemm gemm;

  /** Packed left factor. */
  final PackedMatrix a;

  /** Packed right factor. */
  final PackedMatrix b;

  /** The same in single precision. */
  final SingleScratch singles;

  private double[] block = {};
  private double[] line = {};

  Scratch(Kernels kernels, Blocking blocking) {
    this.a = new PackedMatrix(kernels);
    this.b = new PackedMatrix(kernels);
    this.singles = new SingleScratch(panels, kernels, blocking);
    this.gemm = new Gemm(kernels, blocking.kc());
  }

  /** A block of the result, contents undefined. */
  double[] block(long size) {
    block = atLeast(block, size);
    return block;
  }

  /** A line of data or of the result, contents undefined. */
  double[] line(int size) {
    line = atLeast(line, size);
    return line;
  }

  /** The array itself if it is long enough, else a new one. */
  static double[] atLeast(double[] array, long size) {
    if (array.length >= size) {
      return array;
    }
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(size + " doubles do not fit into one array; use fewer rows and columns");
    }
    return new double[(int) size];
  }

  /** The same in single precision. */
  static float[] atLeast(float[] array, long size) {
    if (array.length >= size) {
      return array;
    }
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(size + " floats do not fit into one array; use fewer rows and columns");
    }
    return new float[(int) size];
  }
}
