package dev.fullrank.jmh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Device;
import dev.fullrank.ElementType;
import dev.fullrank.kernels.gpu.FakeTorch;
import dev.fullrank.kernels.gpu.FakeTorch.Behaviour;
import dev.fullrank.kernels.gpu.Gpu;
import dev.fullrank.kernels.standin.Figure;
import dev.fullrank.kernels.standin.Outcome;
import dev.fullrank.kernels.standin.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** The command on the stand-in for a GPU and for PyTorch, from its options to its files; how fast anything is, is no concern here. */
class GpuBenchOnStandInTest {
  @TempDir private Path folder = Path.of("");

  private final StandIn standIn = StandIn.fresh();

  private Bench run(Behaviour torch, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("--device", "cuda", "--quick", "--batch", "3", "--gemm-order", "17"));
    all.addAll(List.of("--python", FakeTorch.install(folder, torch)));
    all.addAll(List.of(arguments));
    return Bench.run(all.toArray(String[]::new));
  }

  @Test
  void eachOperationIsMeasuredAndWritten() throws Exception {
    Path json = folder.resolve("out.json");
    Path svg = folder.resolve("out.svg");
    long before = standIn.figure(Figure.DEVICE_BYTES);
    Bench bench = run(Behaviour.RIGHT, "--shape", "7x12,7x30", "--type", "float,double", "--direction", "forward,forward+backward",
        "--json", json.toString(), "--svg", svg.toString());
    assertThat(bench.code()).as(bench.toString()).isZero();
    standIn.expectNoFault();
    assertThat(standIn.figure(Figure.DEVICE_BYTES)).isEqualTo(before);
    assertThat(bench.out())
        .contains("compute capability 9.0", "for CUDA 12.0", "PyTorch 9.9 (CUDA 99)", "a product in double")
        .contains("svmax forward+backward, double, 7×30; floor", "hinge forward, float, 7×12; a copy")
        .contains("batch forward+backward, float, 3 of 7×12");

    List<Map<String, String>> rows = Json.rows(json);
    // of two types: two shapes in two directions by four and by two, and a batch of each shape by two
    assertThat(rows).hasSize(2 * (2 * 2 * (4 + 2) + 2 * 2));
    for (Map<String, String> row : rows) {
      assertThat(row.keySet()).containsExactly(
          "op", "direction", "type", "count", "b", "d", "impl", "ms", "lowerMs", "upperMs", "batches", "calls", "floorMs",
          "shareOfFloor", "ratio", "valueError", "gradientError");
      double ms = Double.parseDouble(row.get("ms"));
      assertThat(Double.parseDouble(row.get("lowerMs"))).isPositive().isLessThanOrEqualTo(ms);
      assertThat(Double.parseDouble(row.get("upperMs"))).isGreaterThanOrEqualTo(ms);
      assertThat(Double.parseDouble(row.get("shareOfFloor"))).isEqualTo(Double.parseDouble(row.get("floorMs")) / ms).isPositive();
      assertThat(Double.parseDouble(row.get("ratio"))).isPositive();
      // of these shapes the rounding is far below what is allowed for the largest
      assertThat(Double.parseDouble(row.get("valueError"))).isLessThan("float".equals(row.get("type")) ? 1e-5 : 1e-13);
      assertThat("null".equals(row.get("gradientError"))).as(row.toString()).isEqualTo("forward".equals(row.get("direction")));
    }
    assertThat(rows).extracting(row -> row.get("impl"))
        .contains("fullrank", "jacobi", "pytorch-svdvals", "pytorch-nuclear", "pytorch-variance");
    assertThat(rows).filteredOn(row -> row.getOrDefault("impl", "").startsWith("pytorch")).allSatisfy(row ->
        assertThat(row).containsEntry("ms", "2.5").containsEntry("lowerMs", "2.25").containsEntry("calls", "4"));
    assertThat(Files.readString(json)).contains("\"gpu\" : \"", "\"cudaOfDriver\" : \"12.0\"", "\"gemmFlops\" : ", "\"cpu\" : \"");

    Document drawn = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
    assertThat(drawn.getDocumentElement().getTagName()).isEqualTo("svg");
    // a panel of two points: two types of svmax in two directions by four, of the hinge by two, of the batch by two
    assertThat(drawn.getElementsByTagName("polyline").getLength()).isEqualTo(2 * (2 * 4 + 2 * 2 + 2));
    assertThat(drawn.getDocumentElement().getTextContent()).contains("Milliseconds a call", "gesvdj", "PyTorch nuclear", "on the GPU");
  }

  @Test
  void withoutPyTorchTheReasonIsSaidAndTheOthersAreMeasured() throws IOException {
    Bench bench = run(Behaviour.WITHOUT_GPU, "--op", "svmax,batch", "--shape", "5x6");
    assertThat(bench.code()).as(bench.toString()).isZero();
    assertThat(bench.out()).contains("no PyTorch beside: torch 9.9 finds no GPU", "gesvdj", "batch").doesNotContain("svdvals");
    Bench unasked = run(Behaviour.WITHOUT_GPU, "--op", "hinge", "--shape", "5x6", "--impl", "fullrank");
    assertThat(unasked.code()).isZero();
    assertThat(unasked.out()).doesNotContain("PyTorch");
  }

  @Test
  void whoIsWrongIsNotTimed() throws IOException {
    Path json = folder.resolve("out.json");
    Bench torch = run(Behaviour.WRONG, "--op", "hinge", "--shape", "5x6", "--json", json.toString());
    assertThat(torch.code()).isEqualTo(1);
    assertThat(torch.out()).contains("PyTorch variance wrong, not timed: relative error of the value");
    assertThat(Json.rows(json)).extracting(row -> row.get("impl")).containsExactly("fullrank");
    assertThat(Json.objects(json, "absent")).singleElement().satisfies(absence ->
        assertThat(absence).containsEntry("impl", "pytorch-variance").containsEntry("where", "hinge forward+backward, float, 5×6"));
    standIn.syrkIsWrong(true); // so that neither the Gram matrix nor what comes after it is believed
    standIn.gesvdj(Outcome.NOT_CONVERGED);
    standIn.gesvd(Outcome.NOT_CONVERGED);
    Bench ours = run(Behaviour.RIGHT, "--op", "svmax", "--shape", "66x70"); // more than one block does without syrk
    assertThat(ours.code()).isEqualTo(1);
    assertThat(ours.out()).contains("no decomposition of this 66×70 matrix", "PyTorch svdvals");
  }

  @Test
  void whatDoesNotFitIsSaidAndTheNextIsMeasured() throws IOException {
    standIn.memoryLimit(standIn.figure(Figure.DEVICE_BYTES) + 4_000_000);
    Bench bench = run(Behaviour.FAILING, "--op", "hinge", "--shape", "1000x2000,5x6");
    assertThat(bench.code()).as(bench.toString()).isEqualTo(1);
    standIn.reset();
    assertThat(bench.out()).contains("hinge forward+backward, float, 5×6").contains("Fullrank", "OUT_OF_MEMORY", "CUDA out of memory");
  }

  @Test
  void whoTakesTooLongIsLeftOutAndThenForeseen() {
    GpuResults results = new GpuResults();
    results.setGemmRate(1e9);
    List<GpuProblem> problems =
        new GpuPlan(Set.of(GpuOperation.SVMAX), Set.of(Direction.FORWARD), Set.of(ElementType.FLOAT32),
                List.of(new Shape(4, 6), new Shape(7, 6)), 2, GpuPlan.Scale.QUICK)
            .problems();
    try (Gpu gpu = Gpu.open(Device.cuda(0))) {
      new GpuSession(Device.cuda(0), gpu, null, new GpuEffort(1e-3, 1e-9), results)
          .run(problems, Set.of(GpuContender.FULLRANK, GpuContender.JACOBI), _ -> {});
    }
    assertThat(results.rows()).extracting(GpuRow::contender).containsExactly(GpuContender.FULLRANK, GpuContender.FULLRANK);
    assertThat(results.absences()).extracting(GpuResults.Absence::reason).satisfiesExactly(
        reason -> assertThat(reason).startsWith("not timed: a call takes "),
        reason -> assertThat(reason).startsWith("not timed: a call would take about "));
    assertThat(results.isClean()).isTrue();
  }

  @Test
  void aDeviceThatIsNotThereIsOneClearLine() {
    Bench bench = Bench.run("--device", "cuda:5", "--quick");
    assertThat(bench.code()).isEqualTo(2);
    assertThat(bench.out()).isEmpty();
    assertThat(bench.err()).startsWith("fullrank: cuda:5 cannot be used: there is one device").hasLineCount(1);
  }
}
