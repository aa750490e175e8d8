package dev.fullrank.cuda.binding;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** What has been taken, to be given back in the opposite order, all of it even if some cannot be. */
final class Resources {
  private final Deque<Runnable> releases = new ArrayDeque<>();

  /** Adds what the last successful step has taken. */
  void add(Runnable release) {
    releases.push(release);
  }

  /** Gives everything back; a second call does nothing. Throws the first error, with the others as suppressed ones. */
  void release() {
    Optional<RuntimeException> first = releaseAll();
    if (first.isPresent()) {
      throw first.get();
    }
  }

  /** Gives everything back because of an error, to which those of giving back are added. */
  void releaseAfter(Throwable error) {
    releaseAll().ifPresent(error::addSuppressed);
  }

  private Optional<RuntimeException> releaseAll() {
    RuntimeException first = null;
    while (!releases.isEmpty()) {
      try {
        releases.pop().run();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    return Optional.ofNullable(first);
  }
}
