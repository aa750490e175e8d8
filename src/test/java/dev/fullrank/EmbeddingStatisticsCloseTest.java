package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingStatisticsCloseTest {
  @Test
  void whatIsClosedIsRefused() {
    Matrix block = Matrix.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
    EmbeddingStatistics open = EmbeddingStatistics.builder().build();
    open.add(block);
    EmbeddingStatistics closed = EmbeddingStatistics.builder().build();
    closed.add(block);
    closed.close();
    closed.close();
    List<Runnable> uses =
        List.of(() -> closed.add(block), closed::report, closed::state, () -> closed.merge(open), () -> open.merge(closed));
    for (Runnable use : uses) {
      assertThatThrownBy(use::run).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    }
    assertThat(open.rows()).isEqualTo(3);
    open.close();
  }
}
