package dev.fullrank.kernels.standin;

/** Device memory for the decomposition of one matrix. */
final class Buffers {
  private final DirectCuda cuda;
  private final Real real;
  private final Columns matrix;
  private final int columnsOfU;
  private final int columnsOfV;
  private final int k;
  private final long a;
  private final long sigma;
  private final long u;
  private final long v;
  private final long info;
  private long workspace;

  Buffers(DirectCuda cuda, Real real, Columns matrix, int columnsOfU, int columnsOfV) {
    this.cuda = cuda;
    this.real = real;
    this.matrix = matrix;
    this.columnsOfU = columnsOfU;
    this.columnsOfV = columnsOfV;
    k = Math.min(matrix.rows(), matrix.columns());
    a = cuda.upload(real, matrix.values());
    sigma = cuda.allocate(real.bytes(k));
    u = cuda.allocate(real.bytes(matrix.rows() * columnsOfU));
    v = cuda.allocate(real.bytes(matrix.columns() * columnsOfV));
    info = cuda.allocate(Integer.BYTES);
  }

  long a() {
    return a;
  }

  long sigma() {
    return sigma;
  }

  long u() {
    return u;
  }

  long v() {
    return v;
  }

  long info() {
    return info;
  }

  /** Workspace of so many elements. */
  long workspace(int size) {
    workspace = cuda.allocate(real.bytes(size));
    return workspace;
  }

  /** What came out; everything is freed. */
  Svd result() {
    int m = matrix.rows();
    int n = matrix.columns();
    Svd svd =
        new Svd(
            cuda.downloadInt(info),
            cuda.download(real, sigma, k),
            new Columns(cuda.download(real, u, m * columnsOfU), m, columnsOfU, m),
            new Columns(cuda.download(real, v, n * columnsOfV), n, columnsOfV, n));
    cuda.free(a, sigma, u, v, info, workspace);
    return svd;
  }
}
