package dev.fullrank.kernels.ptx;

/** PTX that the interpreter does not know or does not allow, found before anything runs. */
public final class PtxSyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PtxSyntaxException(int line, String text, String problem) {
    super("line " + line + ": " + text + ": " + problem);
  }
}
