package dev.fullrank.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CsvFileTest {
  @TempDir Path folder;

  private List<double[]> read(String text, Charset charset) throws IOException {
    Path file = folder.resolve("a.csv");
    Files.writeString(file, text, charset);
    try (EmbeddingFile csv = EmbeddingFiles.open(file.toString())) {
      return Fixtures.readAll(csv, 2);
    }
  }

  static Stream<String> spellings() {
    return Stream.of(
        "1,2.5\n-3,4e-1\n5,6\n",
        "1,2.5\n-3,4e-1\n5,6",
        "1;2.5\r\n-3;4e-1\r\n5;6\r\n",
        "1\t2.5\r-3\t4e-1\r5\t6\r",
        "1 2.5\n-3 4e-1\n5 6\n",
        "\"1\",\"2.5\"\n\"-3\",\"4e-1\"\n5,6\n",
        "\ufeff1,2.5\n-3,4e-1\n5,6\n",
        "# made by numpy.savetxt\n1, 2.5\n\n-3, +4E-1\n5, 6\n\n",
        "a,b\n1,2.5\n-3,.4\n5.,6\n",
        "\"one, two\",höhe\n1,2.5\n-3,0.4\n5,6\n",
        "a;b\n1;2.5\n-3;0.4\n5;6\n");
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void readsEverySpelling(String text) throws IOException {
    assertThat(read(text, StandardCharsets.UTF_8))
        .containsExactly(new double[] {1, 2.5}, new double[] {-3, 0.4}, new double[] {5, 6});
  }

  @Test
  void headingsThatCountAreNoRow() throws IOException {
    assertThat(read("0,1,2\n5,6,7\n", StandardCharsets.UTF_8)).containsExactly(new double[] {5, 6, 7});
    assertThat(read("0,1\n5,6\n", StandardCharsets.UTF_8)).hasSize(2);
  }

  @Test
  void missingValuesAreNumbersOfTheirOwn() throws IOException {
    assertThat(read("NaN,inf\n-Infinity,nan\n", StandardCharsets.UTF_8)).containsExactly(
        new double[] {Double.NaN, Double.POSITIVE_INFINITY}, new double[] {Double.NEGATIVE_INFINITY, Double.NaN});
  }

  @Test
  void oneColumnNeedsNoSeparator() throws IOException {
    assertThat(read("1\n2\n3\n", StandardCharsets.UTF_8)).containsExactly(new double[] {1}, new double[] {2}, new double[] {3});
  }

  @Test
  void cellsAcrossTheBufferStayWhole() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40_000; i++) {
      text.append(i).append(",-").append(i).append(".25\n");
    }
    List<double[]> rows = read(text.toString(), StandardCharsets.UTF_8);
    assertThat(rows).hasSize(40_000);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i)).containsExactly(i, -i - 0.25);
    }
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("1,2\n3,x\n", "line 2, column 2 is not a number: 'x'"),
        Arguments.of("1,2\n3,\n", "line 2, column 2 is not a number: ''"),
        Arguments.of("1,2\n,3\n", "line 2, column 1 is not a number: ''"),
        Arguments.of("1,2\n3\n", "line 2 has 1 columns and the first line 2"),
        Arguments.of("1,2\n3,4,5\n", "line 2, column 3 is beyond the 2 columns"),
        Arguments.of("# c\n\n1,x,3\n", "line 3, column 2 is not a number: 'x'"),
        Arguments.of("1;2\n3,5;4\n", "line 2, column 1 is not a number: '3,5'"),
        Arguments.of(",a,b\n0,1,2\n", "index=False"),
        Arguments.of("1,2\n3,0x1p3\n", "line 2, column 2 is not a number"),
        Arguments.of("1,2\n3,4f\n", "line 2, column 2 is not a number"),
        Arguments.of("1,2\n3,\"4\n", "line 2, column 2 has an unclosed quotation mark"),
        Arguments.of("1,2\n3,\0\n", "line 2, column 2 holds a NUL byte"),
        Arguments.of("1,2\n3,\u001b[31mred\n", "line 2, column 2 is not a number: '?[31mred'"),
        Arguments.of("1,2\n3," + "9".repeat(2000) + "\n", "longer than 1100"),
        Arguments.of("\n\n# nothing\n", "holds no numbers"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void namesLineAndColumn(String text, String message) {
    assertThatThrownBy(() -> read(text, StandardCharsets.UTF_8))
        .isInstanceOf(EmbeddingFileException.class)
        .hasMessageContaining(message);
  }

  @Test
  void otherEncodingsAreRefused() {
    assertThatThrownBy(() -> read("1,2\n", StandardCharsets.UTF_16LE))
        .isInstanceOf(EmbeddingFileException.class).hasMessageContaining("NUL");
    assertThatThrownBy(() -> read("1,2\n3,\u00e9\n", StandardCharsets.ISO_8859_1))
        .isInstanceOf(EmbeddingFileException.class).hasMessageContaining("line 2, column 2");
  }
}
