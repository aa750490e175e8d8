package dev.fullrank.cuda;

import dev.fullrank.Matrix;
import dev.fullrank.NonFiniteInputException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Σσ and its subgradient of many small matrices in launches whose number does not depend on theirs: a block of threads has a matrix. Each
 * result carries a certificate; what does not pass is for {@link DeviceNuclearNorm} to do.
 *
 * <p>Results of one matrix do not depend on the others. Work goes into the stream of a matrix on the device, after what is under way in
 * those of the others; these come after it.
 */
public final class DeviceBatch {
  /** What a kernel can hold, if the device lets it. */
  private static final int MOST_COLUMNS = 128;

  /** A longer matrix is better shared by many blocks. */
  private static final long MOST_ENTRIES = 1 << 20;

  /** Rows of Y that a block has in shared memory besides a square. */
  private static final int SLAB = 16;

  /** More than the variables of a kernel in shared memory take. */
  private static final int VARIABLES = 4 << 10;

  /** Memory of one batch: enough for a thousand matrices of 64×128, which is more than any GPU has at work at a time. */
  private static final long MOST_BYTES = 256L << 20;

  /** Part of the free memory that a batch may take, so that there is room for what goes one by one. */
  private static final int PART = 4;

  /** Smaller matrices are launched apart from larger ones, as more of their blocks fit on a multiprocessor. */
  private static final int[] CLASSES = {32, 64, MOST_COLUMNS};

  private static final Comparator<BatchMatrix> BY_SHAPE = Comparator.comparingInt(BatchMatrix::k).thenComparingInt(BatchMatrix::n);

  private final CudaWorkspace workspace;
  private final boolean svd;
  private final int mostColumns;
  private final long mostBytes;
  private final BatchMemory memory;
  private final BatchStaging staging;
  private final BatchSvd batchSvd;
  private final BatchStreams streams;
  private final DeviceWords description;
  private final DeviceWords wanted;
  private final NumbersByType ofInputs;
  private final NumbersByType ofGradients;
  private final DeviceBuffer reports;
  private final List<BatchMatrix> matrices = new ArrayList<>();
  private long bytes;
  private long table;
  private long numbers;

  /**
   * A place for one batch at a time.
   *
   * @param svd whether to decompose by cuSOLVER's gesvdj, which takes matrices of up to 32×32
   */
  public DeviceBatch(CudaWorkspace workspace, HostTransfer hostTransfer, boolean svd) {
    this.workspace = workspace;
    this.svd = svd;
    this.memory = new BatchMemory(workspace);
    this.staging = new BatchStaging(workspace, hostTransfer);
    this.batchSvd = new BatchSvd(workspace);
    this.streams = new BatchStreams(workspace);
    this.description = new DeviceWords(workspace);
    this.wanted = new DeviceWords(workspace);
    this.ofInputs = new NumbersByType(workspace);
    this.ofGradients = new NumbersByType(workspace);
    this.reports = workspace.buffer();
    CudaContext context = workspace.session().context();
    this.mostColumns = columnsIn(context.mostSharedBytes());
    this.mostBytes = Math.min(MOST_BYTES, context.freeMemory() / PART);
    for (String module : new String[] {"eigenvectors", "polar"}) {
      context.allowSharedBytes(workspace.session().function(module, "batch_" + module), sharedBytes(mostColumns));
    }
  }

  /** The most columns whose square and slab fit into a block's shared memory. */
  static int columnsIn(int sharedBytes) {
    int k = MOST_COLUMNS;
    while (sharedBytes(k) + VARIABLES > sharedBytes) {
      k--;
    }
    return k;
  }

  private static int sharedBytes(int k) {
    return (k * k + SLAB * k) * Double.BYTES;
  }

  /** Whether a matrix is small enough. */
  public boolean takes(Matrix z) {
    int n = Math.max(z.rows(), z.columns());
    return Math.min(z.rows(), z.columns()) <= mostColumns
        && (long) z.rows() * z.columns() <= MOST_ENTRIES
        && (!svd || n <= BatchSvd.MOST);
  }

  /** Forgets all matrices. */
  public void clear() {
    matrices.clear();
    bytes = 0;
  }

  /** Adds a matrix, unless there are too many already for one more. */
  public boolean add(int index, Matrix input, Matrix gradient) {
    BatchMatrix m = new BatchMatrix(index, input, gradient);
    long needed = BatchMemory.bytes(m) + (svd ? BatchSvd.bytes(m) : 0);
    if (!matrices.isEmpty() && bytes + needed > mostBytes) {
      return false;
    }
    bytes += needed;
    return matrices.add(m);
  }

  /** The matrices, in the order of their shapes once they have been computed. */
  public List<BatchMatrix> matrices() {
    return matrices;
  }

  /** Σσ of all matrices; waits, so that what is in pinned memory may be overwritten by the next batch. */
  public void compute(boolean normalize) {
    streams.enter(matrices);
    matrices.sort(BY_SHAPE);
    memory.place(matrices);
    staging.upload(matrices, memory);
    describe();
    ofInputs.launch("batch_pack", table, normalize, reports());
    if (svd) {
      batchSvd.decompose(matrices);
    } else {
      launchByColumns("eigenvectors", 0);
    }
    launchByColumns("polar", reports());
    MemorySegment host = workspace.download(reports(), (long) matrices.size() * BatchMatrix.WORDS * Long.BYTES);
    for (int i = 0; i < matrices.size(); i++) {
      matrices.get(i).read(host, (long) i * BatchMatrix.WORDS);
    }
    if (svd) {
      batchSvd.settle(matrices);
    }
  }

  /** What kernels are told: the table, the numbers of all matrices, and those of each type of input. */
  private void describe() {
    int count = matrices.size();
    description.begin((long) count * (BatchMatrix.WORDS + 2));
    table = description.next();
    matrices.forEach(m -> m.describe(description));
    numbers = description.next();
    for (int i = 0; i < count; i++) {
      description.add(i);
    }
    ofInputs.describe(matrices, m -> m.input().type(), description);
    description.upload();
  }

  /** A launch for each class of sizes; the matrices are in the order of their columns. */
  private void launchByColumns(String module, long results) {
    int from = 0;
    for (int most : CLASSES) {
      int to = from;
      while (to < matrices.size() && matrices.get(to).k() <= most) {
        to++;
      }
      if (to > from) {
        KernelCall call =
            workspace.kernel(module, "batch_" + module).address(table).address(numbers + (long) from * Long.BYTES).count(to - from);
        if (results != 0) {
          call.address(results);
        }
        call.launchBlocks(to - from, sharedBytes(matrices.get(to - 1).k()));
      }
      from = to;
    }
  }

  /** Writes the gradients that are wanted; waits if any of them go to the host. */
  public void writeGradients(boolean normalize) {
    wanted.begin(2L * matrices.size());
    long factors = wanted.next();
    matrices.forEach(m -> wanted.add(m.factor()));
    ofGradients.describe(matrices, m -> m.wantsGradient() ? m.gradient().type() : null, wanted);
    wanted.upload();
    ofGradients.launch("batch_gradient", table, normalize, factors);
    streams.exit();
    staging.download(matrices, memory);
  }

  /** The exception for the first entry of a matrix that is not finite; waits. */
  public NonFiniteInputException nonFinite(BatchMatrix m) {
    return m.nonFinite(workspace);
  }

  private long reports() {
    return reports.atLeast((long) matrices.size() * BatchMatrix.WORDS * Long.BYTES);
  }
}
