package dev.fullrank.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.kernels.ptx.PtxKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract pages describe the kernels that there are, and name what there is. */
class PagesTest {
  private static final Pattern QUOTED = Pattern.compile("`([A-Z]\\w+)?(?:#(\\w+))?`");

  private static Stream<Page.Contract> contracts() {
    return KernelFolder.pages().values().stream().flatMap(text -> Page.of(text).contracts().stream());
  }

  @Test
  void eachSourceHasAPageAndPtx() {
    assertThat(KernelFolder.pages().keySet())
        .isEqualTo(KernelFolder.sources().keySet())
        .isEqualTo(KernelFolder.ptx().keySet());
  }

  @Test
  void eachEntryIsOnThePageOfItsModuleAndNowhereElse() {
    Map<String, List<String>> onPages = new TreeMap<>();
    KernelFolder.pages().forEach((page, text) -> onPages.put(page, entries(Page.of(text))));
    Map<String, List<String>> inPtx = new TreeMap<>();
    Pattern entry = Pattern.compile("^\\.visible \\.entry (\\w+)\\(", Pattern.MULTILINE);
    KernelFolder.ptx().forEach((module, text) -> inPtx.put(module, names(entry.matcher(text).results())));
    assertThat(onPages).isEqualTo(inPtx);
    assertThat(onPages.values().stream().flatMap(List::stream)).doesNotHaveDuplicates();
  }

  private static List<String> names(Stream<MatchResult> results) {
    return results.map(result -> result.group(1)).sorted().toList();
  }

  private static List<String> entries(Page page) {
    return page.contracts().stream().flatMap(c -> c.entries().stream()).sorted().toList();
  }

  @Test
  void theIndexNamesAllKernelsOfEachPage() {
    Pattern row = Pattern.compile("^\\| \\[(\\w+)]\\(\\1\\.md\\) \\| ([^|:]*):", Pattern.MULTILINE);
    Map<String, List<String>> index = row.matcher(KernelFolder.readme())
        .results()
        .collect(Collectors.toMap(r -> r.group(1), r -> kernels(r.group(2))));
    Map<String, List<String>> pages = new TreeMap<>();
    KernelFolder.pages()
        .forEach((page, text) -> pages.put(page, Page.of(text).contracts().stream().map(Page.Contract::name).sorted().toList()));
    assertThat(index).isEqualTo(pages);
  }

  private static List<String> kernels(String quoted) {
    return Stream.of(quoted.split(", ")).map(name -> name.replace("`", "")).sorted().toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("contracts")
  void parametersAreAsManyAsThePageSaysAndOf64Bits(Page.Contract contract) {
    for (String entry : contract.entries()) {
      assertThat(Kernels.committed().kernel(entry).parameterSizes())
          .as(entry)
          .hasSameSizeAs(contract.parameters())
          .containsOnly(Long.BYTES);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("contracts")
  void blocksHaveTheSizeThatThePageSays(Page.Contract contract) {
    int threads = contract.item("launch").startsWith("one block") ? Blocks.ONE : Blocks.THREADS;
    assertThat(contract.entries()).extracting(Kernels.committed()::kernel).extracting(PtxKernel::mostThreads).containsOnly(threads);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("contracts")
  void launchReferenceAndCostAreStated(Page.Contract contract) {
    for (String point : List.of("launch", "reference", "cost")) {
      assertThat(contract.item(point)).as(point).isNotBlank();
    }
  }

  /** A reference is a class, or one of its methods; a method without a class is one of the class before. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("contracts")
  void referencesExist(Page.Contract contract) throws IOException {
    String type = "";
    for (MatchResult quoted : QUOTED.matcher(contract.item("reference")).results().toList()) {
      type = quoted.group(1) == null ? type : quoted.group(1);
      String method = quoted.group(2);
      String source = source(type);
      assertThat(source).as("%s", quoted.group()).containsPattern(method == null ? "\\b" + type + "\\b" : "\\b" + method + "\\(");
    }
  }

  private static String source(String type) throws IOException {
    try (Stream<Path> files = Files.walk(KernelFolder.path().resolveSibling("src/main/java"))) {
      List<Path> found = files.filter(file -> file.endsWith(type + ".java")).toList();
      assertThat(found).as("files of %s", type).hasSize(1);
      return Files.readString(found.getFirst());
    }
  }

  @Test
  void eachEntryIsTried() {
    assertThat(Trials.all().map(Trial::kernel).collect(Collectors.toSet())).isEqualTo(Kernels.committed().names());
  }
}
