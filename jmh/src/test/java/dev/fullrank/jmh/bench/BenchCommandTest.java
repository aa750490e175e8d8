package dev.fullrank.jmh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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

    List<Map<String, String>> rows = Json.rows(json);
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
    "--device tpu            | a device is cpu, cuda or cuda:N, not tpu",
    "--device cuda --threads 2      | --threads has no meaning with --device cuda:0",
    "--device cuda:1 --avx2         | --avx2 has no meaning with --device cuda:1",
    "--device cuda --no-accuracy    | --no-accuracy has no meaning",
    "--python python4               | --python has no meaning with --device cpu",
    "--device cpu --batch 3         | --batch has no meaning with --device cpu",
    "--gemm-order 99                | --gemm-order has no meaning with --device cpu",
    "--device cuda --op gemm        | unknown value 'gemm' of --op, which takes svmax, hinge, batch",
    "--op batch                     | unknown value 'batch' of --op, which takes svmax, hinge, gemm, syrk",
    "--device cuda --impl mkl       | unknown value 'mkl' of --impl, which takes fullrank, jacobi, pytorch",
    "--impl jacobi                  | unknown value 'jacobi' of --impl",
    "--device cuda --batch 1        | --batch must lie between 2 and 65536, not 1",
    "--device cuda --gemm-order 1   | --gemm-order must lie between 2 and 16384, not 1",
    "--device cuda --shape 3        | a shape is two numbers from 2",
    "--device cuda --op batch --direction forward | a batch is measured forward+backward only",
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
    assertThat(Bench.run("--help").out().replaceAll("\\s+", " "))
        .contains("fullrank, mkl, openblas, pytorch, ejml, ojalgo, commons-math, netlib")
        .contains("--device=D", "fullrank, jacobi, pytorch");
  }
}
