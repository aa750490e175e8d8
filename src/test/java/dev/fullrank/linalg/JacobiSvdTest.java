package dev.fullrank.linalg;

import org.junit.jupiter.api.Tag;

/** The algorithm by itself. */
@Tag("single")
class JacobiSvdTest extends JacobiSvdContract {
  JacobiSvdTest() {
    super(new NaiveColumnOps());
  }
}
