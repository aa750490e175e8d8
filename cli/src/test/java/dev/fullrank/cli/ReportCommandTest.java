package dev.fullrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportCommandTest {
  /** NumPy's decomposition and the Gram matrix agree to the square root of what each promises for the smallest value. */
  private static final double TOLERANCE = 1e-8;

  private static final String[] KEYS = {
    "rows", "cols", "meanSingularValue", "lowerBound", "upperBound", "utilisation", "effectiveRank", "rankMe", "stableRank",
    "participationRatio", "conditionNumber", "alphaReQ", "varianceHinge", "covariancePenalty", "maxAbsOffDiagonalCorrelation",
    "deadDimensions", "singularValues", "std", "route", "seconds",
  };

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"contrastive, raw", "contrastive, normalized", "svmax, raw", "svmax, normalized"})
  void jsonEqualsTheOracle(String name, String form) throws IOException {
    String[] args = form.equals("raw")
        ? new String[] {"report", "--json", Cli.sample(name)}
        : new String[] {"report", "--json", "--normalize", Cli.sample(name)};
    Cli run = Cli.run(args);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    Map<String, @Nullable Object> report = Cli.json(run.out());
    assertThat(report.keySet()).containsExactly(KEYS);
    try (InputStream in = Objects.requireNonNull(Cli.class.getResourceAsStream("oracle.json"))) {
      Cli.child(Cli.child(Cli.json(in), name), form).forEach((key, expected) -> assertClose(key, report.get(key), expected));
    }
    assertThat((double) Objects.requireNonNull(report.get("seconds"))).isPositive();
  }

  private static void assertClose(String key, @Nullable Object actual, @Nullable Object expected) {
    if (expected instanceof List<?> values) {
      assertThat(actual).as(key).asInstanceOf(InstanceOfAssertFactories.LIST).hasSameSizeAs(values);
      List<?> list = (List<?>) Objects.requireNonNull(actual);
      for (int i = 0; i < values.size(); i++) {
        assertClose(key + "[" + i + "]", list.get(i), values.get(i));
      }
    } else {
      double wanted = (double) Objects.requireNonNull(expected);
      assertThat((double) Objects.requireNonNull(actual, key) / wanted - 1).as(key).isBetween(-TOLERANCE, TOLERANCE);
    }
  }

  @Test
  void severalFilesAreAnObjectByName() throws IOException {
    Map<String, @Nullable Object> reports =
        Cli.json(Cli.run("report", "--json", Cli.sample("contrastive"), Cli.sample("svmax")).out());
    assertThat(reports.keySet()).containsExactly(Cli.sample("contrastive"), Cli.sample("svmax"));
    assertThat(Cli.child(reports, Cli.sample("svmax")).keySet()).containsExactly(KEYS);
  }

  @Test
  void whatIsNoNumberIsNullInJson() throws IOException {
    String file = Cli.write(folder.resolve("one.npy"), new double[][] {{3, 4}});
    Map<String, @Nullable Object> report = Cli.json(Cli.run("report", "--json", file).out());
    assertThat(report).containsEntry("varianceHinge", null).containsEntry("alphaReQ", null);
    assertThat(report.get("std")).isEqualTo(Arrays.asList(null, null));
    String zero = Cli.write(folder.resolve("zero.npy"), new double[][] {{0, 0}, {0, 0}});
    assertThat(Cli.json(Cli.run("report", "--json", zero).out())).containsEntry("conditionNumber", null);
  }

  @Test
  void batchesAreOnlyThereWhenAskedFor() throws IOException {
    Map<String, @Nullable Object> report = Cli.json(Cli.run("report", "--json", "--batch", "300", Cli.sample("svmax")).out());
    Map<String, @Nullable Object> batches = Cli.child(report, "batches");
    assertThat(batches).containsEntry("rows", 300.0).containsEntry("count", 6.0);
    Map<String, @Nullable Object> used = Cli.child(batches, "utilisation");
    double mean = (double) Objects.requireNonNull(used.get("mean"));
    assertThat(mean)
        .isBetween((double) Objects.requireNonNull(used.get("min")), (double) Objects.requireNonNull(used.get("max")));
  }

  @Test
  void gammaAndEpsilonReachTheHinge() throws IOException {
    // std 1 and 2, so v = ((3 − 1) + (3 − 2))/2 with γ = 3 and ε = 0
    double half = Math.sqrt(0.5);
    String file = Cli.write(folder.resolve("g.npy"), new double[][] {{half, 2 * half}, {-half, -2 * half}});
    Map<String, @Nullable Object> report = Cli.json(Cli.run("report", "--json", "--gamma", "3", "--epsilon", "0", file).out());
    assertThat((double) Objects.requireNonNull(report.get("varianceHinge"))).isBetween(1.5 - TOLERANCE, 1.5 + TOLERANCE);
    // γ = 1/√2 is below both
    assertThat(Cli.json(Cli.run("report", "--json", "--gamma", "auto", file).out())).containsEntry("varianceHinge", 0.0);
  }

  @Test
  void exitCodeOneMeansBelowTheThreshold() {
    Cli below = Cli.run("report", "--normalize", "--fail-below", "0.3", Cli.sample("contrastive"), Cli.sample("svmax"));
    assertThat(below.code()).isEqualTo(1);
    assertThat(below.err()).contains("contrastive.npy: utilisation 0.1660 is below 0.3").doesNotContain("svmax");
    assertThat(below.out()).as("the report comes all the same").contains("effective rank");
    assertThat(Cli.run("report", "--normalize", "--fail-below", "0.3", Cli.sample("svmax")).code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "report",
    "report missing.npy",
    "report --batch -1 SAMPLE",
    "report --batch x SAMPLE",
    "report --gamma 0 SAMPLE",
    "report --gamma x SAMPLE",
    "report --gamma NaN SAMPLE",
    "report --epsilon -1 SAMPLE",
    "report --threads -1 SAMPLE",
    "report --fail-below 1.5 SAMPLE",
    "report --compare OTHER SAMPLE OTHER2",
    "report SAMPLE SAMPLE",
    "report --html SAMPLE SAMPLE",
    "report --html SAMPLE SAMPLE:member",
    "report --html missing/out.html SAMPLE",
    "report --html . SAMPLE",
    "report --nonsense",
    "nonsense",
    "doctor nonsense",
  })
  void mistakesAreOneLineAndExitCodeTwo(String line) {
    String[] args = line.replace("SAMPLE", Cli.sample("svmax")).split(" ");
    Cli run = Cli.run(args);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("fullrank: ").hasLineCount(1).doesNotContain("Exception", "at dev.");
  }

  @Test
  void notANumberIsNamedByRowAndColumn() throws IOException {
    double[][] rows = new double[3000][2];
    rows[2345][1] = Double.NaN;
    Cli run = Cli.run("report", Cli.write(folder.resolve("nan.npy"), rows));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("holds NaN at row 2345, column 1").hasLineCount(1);
  }

  @Test
  void aStackTraceComesOnRequestOnly() {
    Cli run = Cli.run(Cli.ASCII, Map.of("FULLRANK_DEBUG", "1"), "report", "missing.npy");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("fullrank: missing.npy: no such file").contains("at dev.fullrank.cli");
  }

  @Test
  void thePageIsWrittenWholeAndNothingIsLeft() throws IOException {
    Path page = folder.resolve("page.html");
    Files.writeString(page, "old");
    Cli run = Cli.run("report", "--json", "--html", page.toString(), Cli.sample("svmax"));
    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("wrote ").contains("page.html");
    assertThat(Cli.json(run.out())).as("the output stays JSON").isNotEmpty();
    assertThat(page).content().startsWith("<!DOCTYPE html>").endsWith("</html>\n");
    Cli.run("report", "--html", page.toString(), "missing.npy");
    assertThat(page).content().as("kept when the report fails").startsWith("<!DOCTYPE html>");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(page);
    }
  }

  @Test
  void textFitsTheTerminal() {
    Cli run = Cli.run("report", "--normalize", "--batch", "500", "--compare", Cli.sample("svmax"), Cli.sample("contrastive"));
    assertThat(run.out()).contains(
        "16.6\u00a0%", "isotropic 5.590", "effective rank", "7.741", "B/A", "× 5.328", "mean of 4 batches of 500");
    assertThat(run.out().lines().filter(l -> !l.contains(".npy"))).allSatisfy(l -> assertThat(l).hasSizeLessThanOrEqualTo(80));
    assertThat(run.out()).doesNotContain("\u001b");
  }

  @Test
  void asciiAndColourAreGivenWhereTheyAreDue() {
    Cli ascii = Cli.run(Cli.ASCII, Map.of(), "report", Cli.sample("svmax"));
    assertThat(ascii.out()).contains("####").doesNotContain("?");
    assertThat(ascii.out().chars()).allMatch(c -> c == '\n' || (c >= ' ' && c < 127));
    Cli colour = Cli.run(new Screen(true, true, false), Map.of(), "report", Cli.sample("svmax"));
    assertThat(colour.out()).contains("\u001b[1m").contains("\u001b[0m");
  }

  @Test
  void helpNamesTheExitCodes() {
    Cli run = Cli.run("--help");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("report", "doctor", "demo", "--fail-below");
    assertThat(Cli.run("report", "--help").out()).contains("--normalize", "--gamma", "exit code 1", "safetensors");
    assertThat(Cli.run("--version").out()).startsWith("fullrank ");
  }

  /** On a machine with a GPU the last of them is reported on it. */
  @Test
  void aDeviceThatCannotBeUsedIsSaidInOneLine() {
    Cli none = Cli.run("report", "--device", "gpu", Cli.sample("svmax"));
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("cuda:N").hasLineCount(1);
    Cli far = Cli.run("report", "--device", "cuda:99", Cli.sample("svmax"));
    assertThat(far.code()).isEqualTo(2);
    assertThat(far.err()).startsWith("fullrank: cuda:99 cannot be used: ").hasLineCount(1);
    assertThat(far.out()).isEmpty();
  }
}
