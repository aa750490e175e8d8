package dev.fullrank.cuda;

/** Ends the loading of CUDA early, with the reason and what to do about it; both are clauses without a full stop. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;
  private final String remedy;

  Refusal(String reason, String remedy) {
    super(reason + "; " + remedy);
    this.reason = reason;
    this.remedy = remedy;
  }

  String reason() {
    return reason;
  }

  String remedy() {
    return remedy;
  }
}
