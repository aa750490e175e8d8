package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkspacePoolTest {
  private static final class Space {
    private final AtomicInteger users = new AtomicInteger();
    private int disposals;
  }

  private static WorkspacePool<Space> pool(int capacity) {
    return new WorkspacePool<>(capacity, Space::new, space -> space.disposals++);
  }

  @Test
  void whatWasReleasedComesBack() {
    WorkspacePool<Space> pool = pool(2);
    Space first = pool.acquire();
    Space second = pool.acquire();
    assertThat(second).isNotSameAs(first);
    pool.release(first);
    assertThat(pool.acquire()).isSameAs(first);
  }

  @Test
  void whatIsBeyondTheCapacityIsDropped() {
    WorkspacePool<Space> pool = pool(1);
    Space first = pool.acquire();
    Space second = pool.acquire();
    pool.release(first);
    pool.release(second);
    assertThat(second.disposals).isEqualTo(1);
    assertThat(first.disposals).isZero();
    assertThat(pool.acquire()).isSameAs(first);
    assertThat(pool.acquire()).isNotSameAs(second);
  }

  @Test
  void nothingIsLentAfterClose() {
    WorkspacePool<Space> pool = pool(2);
    Space lent = pool.acquire();
    Space kept = pool.acquire();
    pool.release(kept);
    pool.close();
    pool.close();
    assertThat(kept.disposals).isEqualTo(1);
    assertThat(lent.disposals).isZero();
    pool.release(lent);
    assertThat(lent.disposals).isEqualTo(1);
    assertThatThrownBy(pool::acquire).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aCapacityIsPositive() {
    assertThatThrownBy(() -> pool(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
  }

  @Test
  void nobodySharesAWorkspace() throws InterruptedException {
    WorkspacePool<Space> pool = pool(3);
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
