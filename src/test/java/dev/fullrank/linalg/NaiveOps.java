package dev.fullrank.linalg;

import dev.fullrank.Matrix;
import org.jspecify.annotations.Nullable;

/** The definitions of {@link DenseOps}, one loop each: what the kernels are compared with. */
public class NaiveOps implements DenseOps<double[]> {
  private final double[][] buffers = new double[8][];
  private int m;

  @Override
  public DenseOps<double[]> resize(int order) {
    m = order;
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = new double[m * m];
    }
    return this;
  }

  @Override
  public int order() {
    return m;
  }

  @Override
  public double[] buffer(int index) {
    return buffers[index];
  }

  @Override
  public void gramOfRows(Operand y, double[] g, Precision precision) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        double sum = 0;
        for (int l = 0; l < y.columns(); l++) {
          sum += y.get(i, l) * y.get(j, l);
        }
        g[i * m + j] = sum;
      }
    }
  }

  @Override
  public void gramOfColumns(Operand y, double[] g, Precision precision) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        double sum = 0;
        for (int l = 0; l < y.rows(); l++) {
          sum += y.get(l, i) * y.get(l, j);
        }
        g[i * m + j] = sum;
      }
    }
  }

  @Override
  public void symmetricProduct(double[] a, double[] b, double[] c) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        double sum = 0;
        for (int l = 0; l < m; l++) {
          sum += a[i * m + l] * b[l * m + j];
        }
        c[i * m + j] = sum;
      }
    }
  }

  @Override
  public void chebyshev(double[] a, ChebyshevSeries p, double[] f) {
    double[] x = mirrored(a);
    combine(-p.centre() / p.halfWidth(), 1 / p.halfWidth(), x, 0, x, x);
    double[] sum = new double[m * m];
    double[] last = x.clone();
    double[] t = new double[m * m];
    combine(1, 0, t, 0, t, t);
    for (int j = 0; j <= p.degree(); j++) {
      combine(0, 1, sum, p.coefficient(j) * p.scale(), t, sum);
      double[] next = new double[m * m];
      symmetricProduct(x, t, next);
      combine(0, j == 0 ? 1 : 2, next, j == 0 ? 0 : -1, last, next);
      last = t;
      t = next;
    }
    System.arraycopy(sum, 0, f, 0, m * m);
  }

  /** A becomes Q itself, as a dense matrix. */
  @Override
  public void tridiagonalize(double[] a, Tridiagonal t) {
    double[] rest = mirrored(a);
    combine(1, 0, a, 0, a, a);
    for (int j = 0; j + 2 < m; j++) {
      double[] v = new double[m];
      double squares = 0;
      for (int i = j + 1; i < m; i++) {
        v[i] = rest[i * m + j];
        squares += v[i] * v[i];
      }
      v[j + 1] += Math.copySign(Math.sqrt(squares), v[j + 1]);
      double norm = 0;
      for (double entry : v) {
        norm += entry * entry;
      }
      if (norm > 0) {
        reflectRows(rest, v, norm);
        reflectColumns(rest, v, norm);
        reflectColumns(a, v, norm);
      }
    }
    t.resize(m);
    for (int i = 0; i < m; i++) {
      t.diagonal()[i] = rest[i * m + i];
      t.offDiagonal()[i] = i + 1 < m ? rest[i * m + i + 1] : 0;
    }
  }

  private void reflectRows(double[] a, double[] v, double norm) {
    for (int j = 0; j < m; j++) {
      double sum = 0;
      for (int i = 0; i < m; i++) {
        sum += v[i] * a[i * m + j];
      }
      for (int i = 0; i < m; i++) {
        a[i * m + j] -= 2 * sum / norm * v[i];
      }
    }
  }

  private void reflectColumns(double[] a, double[] v, double norm) {
    for (int i = 0; i < m; i++) {
      double sum = 0;
      for (int j = 0; j < m; j++) {
        sum += a[i * m + j] * v[j];
      }
      for (int j = 0; j < m; j++) {
        a[i * m + j] -= 2 * sum / norm * v[j];
      }
    }
  }

  /** Each (T + sI)⁻¹ by elimination, and two products with Q. */
  @Override
  public void function(double[] q, SemiseparableSum function, double[] f) {
    double[] sum = new double[m * m];
    combine(function.constant(), 0, q, 0, q, sum);
    double[] shifted = new double[m * m];
    double[] inverse = new double[m * m];
    Tridiagonal t = function.matrix();
    for (int s = 0; s < function.terms(); s++) {
      combine(function.shifts()[s], 0, q, 0, q, shifted);
      for (int i = 0; i < m; i++) {
        shifted[i * m + i] += t.diagonal()[i];
        if (i + 1 < m) {
          shifted[i * m + i + 1] = t.offDiagonal()[i];
          shifted[(i + 1) * m + i] = t.offDiagonal()[i];
        }
      }
      invert(shifted, inverse);
      combine(0, 1, sum, function.weights()[s], inverse, sum);
    }
    double[] transposed = new double[m * m];
    for (int i = 0; i < m * m; i++) {
      transposed[i] = q[i % m * m + i / m];
    }
    symmetricProduct(q, sum, shifted);
    symmetricProduct(shifted, transposed, f);
  }

  /** A copy with the upper triangle on both sides. */
  private double[] mirrored(double[] a) {
    double[] copy = new double[m * m];
    for (int i = 0; i < m * m; i++) {
      copy[i] = i % m < i / m ? a[i % m * m + i / m] : a[i];
    }
    return copy;
  }

  /** Gauss–Jordan elimination with partial pivoting. */
  @Override
  public boolean invert(double[] a, double[] w) {
    combine(1, 0, a, 0, a, w);
    for (int p = 0; p < m; p++) {
      int largest = p;
      for (int i = p + 1; i < m; i++) {
        largest = Math.abs(a[i * m + p]) > Math.abs(a[largest * m + p]) ? i : largest;
      }
      double pivot = a[largest * m + p];
      if (pivot == 0 || !Double.isFinite(pivot)) {
        return false;
      }
      for (int j = 0; j < m; j++) {
        double left = a[largest * m + j] / pivot;
        double right = w[largest * m + j] / pivot;
        a[largest * m + j] = a[p * m + j];
        w[largest * m + j] = w[p * m + j];
        a[p * m + j] = left;
        w[p * m + j] = right;
      }
      for (int i = 0; i < m; i++) {
        double factor = i == p ? 0 : a[i * m + p];
        for (int j = 0; j < m; j++) {
          a[i * m + j] -= factor * a[p * m + j];
          w[i * m + j] -= factor * w[p * m + j];
        }
      }
    }
    return true;
  }

  @Override
  public void combine(double alpha, double beta, double[] a, double gamma, double[] b, double[] c) {
    for (int i = 0; i < m * m; i++) {
      double sum = i % (m + 1) == 0 ? alpha : 0;
      sum += beta == 0 ? 0 : beta * a[i];
      sum += gamma == 0 ? 0 : gamma * b[i];
      c[i] = sum;
    }
  }

  @Override
  public void addTransposed(double beta, double[] a, double gamma, double[] b, double[] c) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        c[i * m + j] = beta * a[i * m + j] + gamma * b[j * m + i];
      }
    }
  }

  @Override
  public double trace(double[] a) {
    double sum = 0;
    for (int i = 0; i < m; i++) {
      sum += a[i * m + i];
    }
    return sum;
  }

  @Override
  public double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < m * m; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Override
  public void multiply(double[] a, int count, double[] x, double[] y) {
    for (int v = 0; v < count * m; v += m) {
      for (int i = 0; i < m; i++) {
        double sum = 0;
        for (int j = 0; j < m; j++) {
          sum += a[i * m + j] * x[v + j];
        }
        y[v + i] = sum;
      }
    }
  }

  @Override
  public void rowDots(double[] a, double[] b, double[] out) {
    for (int i = 0; i < m; i++) {
      double sum = 0;
      for (int j = 0; j < m; j++) {
        sum += a[i * m + j] * b[i * m + j];
      }
      out[i] = sum;
    }
  }

  @Override
  public void subtractDiagonal(double[] a, double[] values) {
    for (int i = 0; i < m; i++) {
      a[i * m + i] -= values[i];
    }
  }

  @Override
  public void scaleRows(double[] values, double[] a) {
    for (int i = 0; i < m * m; i++) {
      a[i] *= values[i / m];
    }
  }

  @Override
  public void download(double[] a, double[] host) {
    System.arraycopy(a, 0, host, 0, m * m);
  }

  @Override
  public void upload(double[] host, double[] a) {
    System.arraycopy(host, 0, a, 0, m * m);
  }

  @Override
  public void rowSumsOfSquares(Matrix x, double[] out) {
    for (int i = 0; i < x.rows(); i++) {
      double sum = 0;
      for (int j = 0; j < x.columns(); j++) {
        sum += x.get(i, j) * x.get(i, j);
      }
      out[i] = sum;
    }
  }

  @Override
  public void store(Operand y, Matrix out) {
    for (int i = 0; i < y.rows(); i++) {
      for (int j = 0; j < y.columns(); j++) {
        out.set(i, j, y.get(i, j));
      }
    }
  }

  @Override
  public void projectRows(Matrix q, Operand y, double[] factors, Matrix out) {
    for (int i = 0; i < y.rows(); i++) {
      double t = 0;
      for (int j = 0; j < y.columns(); j++) {
        t += q.get(i, j) * y.get(i, j);
      }
      for (int j = 0; j < y.columns(); j++) {
        out.set(i, j, factors[i] * (q.get(i, j) - t * y.get(i, j)));
      }
    }
  }

  @Override
  public void multiplyData(Operand y, boolean transposed, int count, double[] x, double[] out) {
    int length = transposed ? y.columns() : y.rows();
    int inner = transposed ? y.rows() : y.columns();
    for (int v = 0; v < count; v++) {
      for (int i = 0; i < length; i++) {
        double sum = 0;
        for (int j = 0; j < inner; j++) {
          sum += (transposed ? y.get(j, i) : y.get(i, j)) * x[v * inner + j];
        }
        out[v * length + i] = sum;
      }
    }
  }

  @Override
  public void leftProduct(double[] a, Operand y, double @Nullable [] q, Matrix out, Precision precision) {
    for (int i = 0; i < y.rows(); i++) {
      for (int j = 0; j < y.columns(); j++) {
        double sum = q == null ? 0 : -q[j] * y.get(i, j);
        for (int l = 0; l < m; l++) {
          sum += a[i * m + l] * y.get(l, j);
        }
        out.set(i, j, sum);
      }
    }
  }

  @Override
  public void rightProduct(
      Operand y, double[] a, boolean project, double @Nullable [] factors, Matrix out, Precision precision) {
    double[] g = new double[m];
    for (int i = 0; i < y.rows(); i++) {
      double t = 0;
      for (int j = 0; j < m; j++) {
        g[j] = 0;
        for (int l = 0; l < m; l++) {
          g[j] += y.get(i, l) * a[l * m + j];
        }
        t += g[j] * y.get(i, j);
      }
      for (int j = 0; j < m; j++) {
        double entry = project ? g[j] - t * y.get(i, j) : g[j];
        out.set(i, j, factors == null ? entry : factors[i] * entry);
      }
    }
  }
}
