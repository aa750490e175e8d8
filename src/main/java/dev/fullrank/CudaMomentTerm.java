package dev.fullrank;

/** A differentiable scalar of columns on a GPU, whose value is waited for when it is asked for. A workspace. */
interface CudaMomentTerm extends Outcome {
  /** Puts the computation into the stream, for columns whose moments are under way. */
  void compute();

  /** Puts out := upstream·∂/∂z into the stream, for a matrix on the device. */
  void gradientOnDevice(double upstream, Matrix out);

  /** Forgets the columns. */
  void release();
}
