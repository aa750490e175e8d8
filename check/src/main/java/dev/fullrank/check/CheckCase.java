package dev.fullrank.check;

import dev.fullrank.ElementType;
import java.util.function.Consumer;

/** One case of the suite, not yet run. */
public final class CheckCase {
  private final String group;
  private final String name;
  private final String route;
  private final ElementType type;
  private final boolean mayDecline;
  private final Consumer<Findings> body;

  CheckCase(String group, String name, String route, ElementType type, boolean mayDecline, Consumer<Findings> body) {
    this.group = group;
    this.name = name;
    this.route = route;
    this.type = type;
    this.mayDecline = mayDecline;
    this.body = body;
  }

  /** What the case belongs to. */
  public String group() {
    return group;
  }

  /** What is checked, without route and type. */
  public String name() {
    return name;
  }

  /** Runs the checks of this case; whatever they throw is a failure, save the refusal of a forced route where it may refuse. */
  public CheckRow run() {
    Findings findings = new Findings();
    try {
      body.accept(findings);
    } catch (ArithmeticException refusal) {
      if (mayDecline) {
        return new CheckRow(group, name, route, type, "declined", 0, true);
      }
      findings.require("threw " + refusal, false);
    } catch (RuntimeException e) {
      findings.require("threw " + e, false);
    }
    return new CheckRow(group, name, route, type, findings.worstCheck(), findings.worst(), false);
  }

  @Override
  public String toString() {
    return name + ", " + route + ", " + type;
  }
}
