package dev.fullrank.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be seen of the committed PTX by reading it. */
class PtxTextTest {
  /**
   * Memory of spilled registers, calls, whatever flushes subnormal numbers, approximates, contracts, or adds floating-point numbers in an
   * order that nobody knows.
   */
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "\\.local|\\scall[.\\s]|vprintf|\\.ftz|\\.approx|\\.full\\.f|\\bfma\\.|\\bmad\\S*\\.f|\\b(?:atom|red)\\.\\S*\\.(?:b?f)\\d");

  private static Stream<String> modules() {
    return KernelFolder.ptx().keySet().stream();
  }

  private static String text(String module) {
    return String.valueOf(KernelFolder.ptx().get(module));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modules")
  void theTextIsWhatEveryDriverSinceCuda11Takes(String module) {
    // products of doubles in one instruction came with the cards of that driver
    String target = text(module).contains("mma.sync") ? "sm_80" : "sm_75";
    assertThat(text(module)).startsWith(".version 7.0\n.target " + target + "\n.address_size 64\n");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modules")
  void thereAreNoInstructionsThatCostMoreThanTheyLookOrChangeTheBits(String module) {
    assertThat(text(module).lines().filter(line -> !isAskedFor(module, line))).noneMatch(line -> FORBIDDEN.matcher(line).find());
  }

  /** A fused multiply-add is what the source says where it says so. */
  private static boolean isAskedFor(String module, String line) {
    return line.strip().startsWith("fma.rn.f64") && String.valueOf(KernelFolder.sources().get(module)).contains(" fma(");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {
    "\t.local .align 8 .b8 \t__local_depot0[16];",
    "\tld.local.f64 \t%fd1, [%rd1];",
    "\tcall.uni (retval0), printf, (param0);",
    "\tadd.ftz.f32 \t%f1, %f2, %f3;",
    "\tdiv.approx.f32 \t%f1, %f2, %f3;",
    "\tdiv.full.f32 \t%f1, %f2, %f3;",
    "\tfma.rn.f64 \t%fd1, %fd2, %fd3, %fd4;",
    "\tmad.rn.f32 \t%f1, %f2, %f3, %f4;",
    "\tatom.global.add.f64 \t%fd1, [%rd1], %fd2;",
    "\tred.global.add.f32 \t[%rd1], %f2;"
  })
  void suchInstructionsWouldBeFound(String line) {
    assertThat(FORBIDDEN.matcher(line).find()).isTrue();
  }

  @Test
  void theSumsFitAndNameAllFiles() throws IOException, NoSuchAlgorithmException {
    StringBuilder expected = new StringBuilder();
    for (String module : modules().toList()) {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(text(module).getBytes(StandardCharsets.UTF_8));
      expected.append(HexFormat.of().formatHex(sum)).append("  ").append(module).append(".ptx\n");
    }
    assertThat(Files.readString(KernelFolder.path().resolve("ptx/SHA256SUMS"))).isEqualTo(expected.toString());
  }
}
