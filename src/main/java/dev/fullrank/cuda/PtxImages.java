package dev.fullrank.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The PTX that this library was built with, as modules want it: text that ends in NUL. */
final class PtxImages {
  private static final String SUMS = "SHA256SUMS";

  private PtxImages() {}

  /**
   * The module of that name.
   *
   * @throws IllegalStateException if it is missing or is not the text that was tested
   */
  static byte[] load(String name) {
    byte[] text = resource(name + ".ptx");
    String expected = sum(new String(resource(SUMS), StandardCharsets.US_ASCII), name + ".ptx");
    String actual = HexFormat.of().formatHex(sha256(text));
    if (!actual.equals(expected)) {
      throw new IllegalStateException(
          "the kernels in " + name + ".ptx are not those of this version: SHA-256 " + actual + ", expected " + expected
              + "; use the jar as it was published");
    }
    return Arrays.copyOf(text, text.length + 1);
  }

  /** The sum that a file in the format of sha256sum gives for a file, or null. */
  private static @Nullable String sum(String sums, String file) {
    return sums.lines()
        .filter(line -> line.endsWith(" " + file) || line.endsWith("*" + file))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .findFirst()
        .orElse(null);
  }

  private static byte[] resource(String name) {
    try (InputStream in = PtxImages.class.getResourceAsStream("ptx/" + name)) {
      if (in == null) {
        throw new IllegalStateException(
            "the kernels are missing: no dev/fullrank/cuda/ptx/" + name + " in the jar; use the jar as it was published");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("the kernels cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
