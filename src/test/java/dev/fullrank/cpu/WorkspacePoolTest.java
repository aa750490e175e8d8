package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkspacePoolTest {
  private static final class Space {
    private final AtomicInteger users = new AtomicInteger();
  }

  @Test
  void whatWasReleasedComesBack() {
    WorkspacePool<Space> pool = new WorkspacePool<>(2, Space::new);
    Space first = pool.acquire();
    Space second = pool.acquire();
    assertThat(second).isNotSameAs(first);
    pool.release(first);
    assertThat(pool.acquire()).isSameAs(first);
  }

  @Test
  void whatIsBeyondTheCapacityIsDropped() {
    WorkspacePool<Space> pool = new WorkspacePool<>(1, Space::new);
    Space first = pool.acquire();
    Space second = pool.acquire();
    pool.release(first);
    pool.release(second);
    assertThat(pool.acquire()).isSameAs(first);
    assertThat(pool.acquire()).isNotSameAs(second);
  }

  @Test
  void nothingIsLentAfterClose() {
    WorkspacePool<Space> pool = new WorkspacePool<>(2, Space::new);
    Space lent = pool.acquire();
    pool.close();
    pool.close();
    pool.release(lent);
    assertThatThrownBy(pool::acquire).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aCapacityIsPositive() {
    assertThatThrownBy(() -> new WorkspacePool<>(0, Space::new))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
  }

  @Test
  void nobodySharesAWorkspace() throws InterruptedException {
    WorkspacePool<Space> pool = new WorkspacePool<>(3, Space::new);
    AtomicInteger clashes = new AtomicInteger();
    Thread[] threads = new Thread[6];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int n = 0; n < 20_000; n++) {
                      Space space = pool.acquire();
                      clashes.addAndGet(space.users.getAndIncrement());
                      space.users.getAndDecrement();
                      pool.release(space);
                    }
                  });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(clashes.get()).isZero();
  }
}
