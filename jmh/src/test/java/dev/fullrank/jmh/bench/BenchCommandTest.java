package dev.fullrank.jmh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

/** The command from its options to its files; how fast anything is, is no concern here. */
class BenchCommandTest {
  @TempDir Path folder;

  @Test
  void eachOperationIsMeasuredAndWritten() throws Exception {
    Path json = folder.resolve("out.json");
    Path svg = folder.resolve("out.svg");
    Bench bench = Bench.run("--quick", "--impl", "fullrank,ejml", "--type", "float", "--threads", "1", "--shape", "7x12,7x30",
        "--direction", "forward,forward+backward", "--json", json.toString(), "--svg", svg.toString());
    assertThat(bench.code()).as(bench.toString()).isZero();
    assertThat(bench.out()).contains("svmax forward+backward, float, 7×30, 1 thread", "EJML", "Gradient error of s_μ");

    List<Map<String, String>> rows = rows(json);
    assertThat(rows).extracting(row -> row.get("op")).contains("svmax", "hinge", "gemm", "syrk");
    for (Map<String, String> row : rows) {
      assertThat(row.keySet()).containsExactly(
          "op", "direction", "type", "b", "d", "threads", "impl", "ms", "valueError", "gradientError");
      assertThat(Double.parseDouble(row.get("ms"))).isPositive();
      assertThat(Double.parseDouble(row.get("valueError"))).isBetween(0.0, 1e-4);
      boolean differentiated = List.of("svmax", "hinge").contains(row.get("op")) && "forward+backward".equals(row.get("direction"));
      assertThat("null".equals(row.get("gradientError"))).as(row.toString()).isEqualTo(!differentiated);
    }
    assertThat(Files.readString(json)).contains("\"cpu\"", "\"cores\"", "\"java\"", "\"date\"", "\"ejml\" : \"0.46");

    Document drawn = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
    assertThat(drawn.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(drawn.getElementsByTagName("polyline").getLength()).isPositive();
    assertThat(drawn.getElementsByTagName("text").item(0).getTextContent()).isEqualTo("Milliseconds a call");
  }

  private static List<Map<String, String>> rows(Path json) throws Exception {
    List<Map<String, String>> rows = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json.toFile())) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.START_ARRAY && "rows".equals(parser.currentName())) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            Map<String, String> row = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
              String name = parser.currentName();
              parser.nextToken();
              row.put(name, parser.getText());
            }
            rows.add(row);
          }
        }
      }
    }
    assertThat(rows).isNotEmpty();
    return rows;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
    "--op fft                | unknown value 'fft' of --op, which takes svmax, hinge, gemm, syrk",
    "--impl numpy            | unknown value 'numpy' of --impl",
    "--type half             | unknown value 'half' of --type, which takes float, double",
    "--shape 256             | a shape is two numbers from 2, such as 256x2048",
    "--shape 0x5             | a shape is two numbers from 2",
    "--shape 99999x99999     | at most 2^28 elements",
    "--threads 0             | --threads must lie between 1 and",
    "--threads 100000        | not 100000",
    "--threads two           | 'two' is not an int",
    "--quick --full          | --quick and --full exclude each other",
    "--nonsense              | Unknown option: '--nonsense'"
  })
  void aWrongCommandLineIsOneClearLine(String arguments, String message) {
    Bench bench = Bench.run(arguments.strip().split(" ", -1));
    assertThat(bench.code()).isEqualTo(2);
    assertThat(bench.out()).isEmpty();
    assertThat(bench.err()).contains(message).endsWith("see fullrank bench --help\n").hasLineCount(1);
  }

  @Test
  void helpNamesEachLibrary() {
    assertThat(Bench.run("--help").out().replaceAll("\\s+", " ")).contains("fullrank, mkl, openblas, pytorch, ejml, ojalgo, commons-math, netlib");
  }
}
