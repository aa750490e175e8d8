package dev.fullrank.cuda;

/**
 * A stream for copies between pinned host memory and a device, beside the streams that compute. Each copy has a place, at which its end
 * can be waited for; places are numbered from 0. One thread at a time.
 */
public interface CopyQueue extends AutoCloseable {
  /** Copies from pinned memory, which must stay as it is until the copy of that place is done. */
  void toDevice(long device, long host, long bytes, int place);

  /** Copies to pinned memory. */
  void toHost(long host, long device, long bytes, int place);

  /** Waits until the last copy of a place is done, if there was one; errors of earlier work surface here. */
  void await(int place);

  /** Lets later copies wait, on the device, for all that is in the given stream of the same context. */
  void follow(long stream);

  /** Lets later work in the given stream wait, on the device, for all copies so far. */
  void precede(long stream);

  /** Waits for the copies and gives the stream back. */
  @Override
  void close();
}
