package dev.fullrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class HtmlReportTest {
  private static final long SEED = 11;

  @TempDir Path folder;

  /** The page happens to be well-formed XML, which a parser can hold it to. */
  private static Document parse(String html) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
  }

  private String page(String... args) throws Exception {
    Path page = folder.resolve("page.html");
    String[] all = new String[args.length + 3];
    all[0] = "report";
    all[1] = "--html";
    all[2] = page.toString();
    System.arraycopy(args, 0, all, 3, args.length);
    Cli run = Cli.run(all);
    assertThat(run.err()).isEmpty();
    return Files.readString(page);
  }

  private static int count(Document page, String tag) {
    return page.getElementsByTagName(tag).getLength();
  }

  @Test
  void standsAloneAndRunsNothing() throws Exception {
    String html = page("--normalize", "--compare", Cli.sample("svmax"), Cli.sample("contrastive"));
    Document page = parse(html);
    for (String tag : new String[] {"script", "link", "img", "iframe", "object", "embed", "image", "use", "foreignObject"}) {
      assertThat(count(page, tag)).as(tag).isZero();
    }
    assertThat(html).doesNotContain("http://", "https://", "url(", "@import", "src=", "href=", "javascript:");
    assertThat(html).contains("default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;", "prefers-color-scheme: dark");
    // two gauges, two spectra, two histograms, and the spectra laid over each other
    assertThat(count(page, "svg")).isEqualTo(7);
    assertThat(page.getElementsByTagName("style").item(0).getTextContent()).contains(":root");
  }

  @Test
  void showsWhatWasFound() throws Exception {
    String text = parse(page("--normalize", "--batch", "500", Cli.sample("svmax"))).getDocumentElement().getTextContent();
    assertThat(text).contains(
        "56.0\u00a0%", "0.6988 collapsed", "isotropic 5.590", "effective rank 41.25", "of 64", "γ = 1 lies far to the right",
        "No dead dimensions", "Most correlated: dimensions 18 and 34, +0.8869", "2\u202f000 × 64, float16",
        "rows normalised, γ = 1, ε = 1e-4, batches of 500", "NumPy .npy", "tridiagonal", "4 batches of 500");
  }

  @Test
  void deadDimensionsStandOut() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    double[][] rows = new double[100][12];
    for (double[] row : rows) {
      for (int j = 0; j < row.length; j++) {
        row[j] = j == 3 || j == 4 || j == 9 ? 7 : random.nextGaussian();
      }
    }
    Document page = parse(page(Cli.write(folder.resolve("dead.npy"), rows)));
    assertThat(page.getDocumentElement().getTextContent()).contains("Dead dimensions: 3–4, 9.", "γ = 1");
    NodeList bars = page.getElementsByTagName("rect");
    long dead = IntStream.range(0, bars.getLength())
        .filter(i -> bars.item(i).getAttributes().getNamedItem("class").getTextContent().equals("bar dead"))
        .count();
    assertThat(dead).isEqualTo(1);
  }

  @Test
  void fileNamesAreText() throws Exception {
    Path hostile = folder.resolve("<script>alert(1)<_script>&\"'.npy");
    Files.copy(Path.of(Cli.sample("svmax")), hostile);
    String html = page(hostile.toString());
    assertThat(count(parse(html), "script")).isZero();
    assertThat(html).contains("&lt;script&gt;alert(1)&lt;_script&gt;&amp;&quot;&#39;.npy").doesNotContain("<script");
  }

  @Test
  void foldersAreNamedOnlyWhereTheyTellFilesApart() throws Exception {
    Path a = Files.createDirectory(folder.resolve("a")).resolve("m.npy");
    Path b = Files.createDirectory(folder.resolve("b")).resolve("m.npy");
    Files.copy(Path.of(Cli.sample("svmax")), a);
    Files.copy(a, b);
    assertThat(parse(page(a.toString())).getElementsByTagName("title").item(0).getTextContent()).isEqualTo("m.npy · Fullrank");
    assertThat(parse(page("--compare", b.toString(), a.toString())).getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo(a + " and " + b + " · Fullrank");
  }

  @Test
  void matricesWithoutASpectrumHaveAPageToo() throws Exception {
    double[][][] matrices = {
      {{0, 0}, {0, 0}}, {{1, 2}}, {{5}}, {{1e300, 1e300}, {-1e300, 1e300}}, {{1e-320, 0}, {0, 1e-320}},
    };
    for (double[][] rows : matrices) {
      String html = page("--normalize", Cli.write(folder.resolve("m.npy"), rows));
      parse(html);
      assertThat(html).doesNotContain("NaN", "Infinity");
      html = page(Cli.write(folder.resolve("m.npy"), rows));
      parse(html);
      assertThat(html).doesNotContain("NaN", "Infinity");
    }
  }
}
