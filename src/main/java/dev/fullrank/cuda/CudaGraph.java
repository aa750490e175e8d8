package dev.fullrank.cuda;

/** Work of a device that was recorded and is put into a stream as one. */
public interface CudaGraph extends AutoCloseable {
  /** Puts the work into a stream of the same context, with the addresses and numbers that it had. */
  void launch(long stream);

  @Override
  void close();
}
