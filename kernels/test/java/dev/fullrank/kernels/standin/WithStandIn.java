package dev.fullrank.kernels.standin;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Installs the interpreter for test classes of other modules, which know of no stand-in, and looks for faults after them. */
public final class WithStandIn implements BeforeAllCallback, AfterAllCallback {
  private @Nullable StandIn standIn;

  @Override
  public void beforeAll(ExtensionContext context) {
    standIn = StandIn.fresh();
    standIn.deferred(true);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (standIn != null) {
      standIn.expectNoFault();
    }
  }
}
