package dev.fullrank.cpu;

/** What one participant has for products in single precision; buffers grow to the size in use and stay. */
final class SingleScratch {
  /** Packs. */
  final FloatPacker packer;

  /** Packs square matrices. */
  final RoundingPacker rounding;

  /** Multiplies. */
  final FloatGemm gemm;

  /** Packed left factor. */
  final FloatPackedMatrix a;

  /** Packed right factor. */
  final FloatPackedMatrix b;

  private float[] block = {};
  private float[] line = {};

  SingleScratch(Panels data, Kernels kernels, Blocking blocking) {
    FloatTiles tiles = kernels.singles();
    this.rounding = new RoundingPacker(kernels);
    this.packer = new FloatPacker(data);
    this.gemm = new FloatGemm(tiles, blocking.kc());
    this.a = new FloatPackedMatrix(tiles);
    this.b = new FloatPackedMatrix(tiles);
  }

  /** A block of the result, contents undefined. */
  float[] block(long size) {
    block = Scratch.atLeast(block, size);
    return block;
  }

  /** A line of data, contents undefined. */
  float[] line(int size) {
    line = Scratch.atLeast(line, size);
    return line;
  }
}
