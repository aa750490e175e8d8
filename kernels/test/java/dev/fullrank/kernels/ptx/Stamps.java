package dev.fullrank.kernels.ptx;

import org.jspecify.annotations.Nullable;

/** A stamp for each byte of a region, in pages that are made when they are first written. */
final class Stamps {
  /** Bytes of memory behind one page; a multiple of the longest access, so that no access crosses pages. */
  private static final int PAGE = 1024;

  /** Null where nobody was yet. */
  private final long[] @Nullable [] pages;

  Stamps(int bytes) {
    pages = new long[bytes / PAGE + 1][];
  }

  /** The first stamp among {@code bytes} ones that is not ordered before the present; 0 if all are. */
  long unordered(int offset, int bytes, Timeline timeline, long since) {
    long[] page = pages[offset / PAGE];
    if (page != null) {
      int start = offset % PAGE;
      for (int i = start; i < start + bytes; i++) {
        if (page[i] != 0 && timeline.unordered(page[i], since)) {
          return page[i];
        }
      }
    }
    return 0;
  }

  /** Records an access by the present thread. */
  void record(int offset, int bytes, Timeline timeline, long since) {
    long[] page = pages[offset / PAGE];
    if (page == null) {
      page = new long[PAGE];
      pages[offset / PAGE] = page;
    }
    int start = offset % PAGE;
    for (int i = start; i < start + bytes; i++) {
      page[i] = timeline.merge(page[i], since);
    }
  }
}
