package dev.fullrank.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.fullrank.Regularizer;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows works as it stands there: the example runs and prints what follows it, links lead somewhere. */
@Tag("single")
class ReadmeTest {
  private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```\\s+(?:[^`\n]+\\s+)?```text\n(.*?)```", Pattern.DOTALL);
  private static final Pattern JAVA_BLOCK = Pattern.compile("^```java$", Pattern.MULTILINE);
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#)([^)#]+)[^)]*\\)");

  private static final Pattern OPTION = Pattern.compile("^\\| `(\\w+)\\([^)]*\\)` \\| ([\\w, ]+) \\|", Pattern.MULTILINE);

  /** What an example is, and what the README says that it prints. */
  private record Example(String source, String output) {}

  @Test
  void eachExamplePrintsWhatTheReadmeSays(@TempDir Path folder) throws IOException, InterruptedException {
    String readme = Files.readString(Repository.root().resolve("README.md"));
    List<Example> examples = examples(readme);
    assertThat(examples).hasSameSizeAs(JAVA_BLOCK.matcher(readme).results().toList()).isNotEmpty();
    for (Example example : examples) {
      assertThat(run(example.source, folder)).isEqualTo(example.output);
    }
  }

  @Test
  void anExampleThatDoesNotCompileIsAFailure(@TempDir Path folder) {
    assertThatThrownBy(() -> run("void main() { dev.fullrank.NoSuchClass.none(); }", folder))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("NoSuchClass");
  }

  @Test
  void anExampleIsTheBlockAndTheTextAfterIt() {
    assertThat(examples("```java\nvoid main() {}\n```\nprints\n```text\n1\n2\n```\n"))
        .containsExactly(new Example("void main() {}\n", "1\n2\n"));
  }

  @Test
  void eachRelativeLinkLeadsToAFile() throws IOException {
    Path root = Repository.root();
    List<Path> pages = new ArrayList<>(List.of(root.resolve("kernels/README.md")));
    try (var top = Files.newDirectoryStream(root, "*.md")) {
      top.forEach(pages::add);
    }
    try (var docs = Files.walk(root.resolve("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    int links = 0;
    for (Path page : pages) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        assertThat(page.resolveSibling(link.group(1))).as("link in %s", root.relativize(page)).exists();
        links++;
      }
    }
    assertThat(links).isGreaterThan(10);
  }

  @Test
  void theTableOfOptionsIsThatOfTheBuilders() throws IOException {
    Set<String> written = new TreeSet<>();
    OPTION
        .matcher(Files.readString(Repository.root().resolve("README.md")))
        .results()
        .forEach(row -> Stream.of(row.group(2).split(", ")).forEach(owner -> written.add(owner + "." + row.group(1))));
    Set<String> offered = new TreeSet<>();
    for (JavaClass builder : new ClassFileImporter().importPath(library())) {
      if (builder.getName().matches("dev\\.fullrank\\.\\w+\\$Builder") && builder.getModifiers().contains(JavaModifier.PUBLIC)) {
        String owner = builder.getName().replaceAll(".*\\.|\\$Builder", "");
        optionsOf(builder.reflect()).forEach(name -> offered.add(owner + "." + name));
      }
    }
    assertThat(written).isEqualTo(offered);
  }

  /** The public methods of a builder that give back a builder. */
  private static Stream<String> optionsOf(Class<?> builder) {
    return Modifier.isAbstract(builder.getModifiers())
        ? Stream.empty()
        : Stream.of(builder.getMethods()).filter(m -> m.getReturnType().isAssignableFrom(builder)).map(Method::getName);
  }

  private static List<Example> examples(String markdown) {
    return EXAMPLE.matcher(markdown).results().map(match -> new Example(match.group(1), match.group(2))).toList();
  }

  /** Runs one source file as a user would, with the library on the class path, and returns what it prints. */
  private static String run(String source, Path folder) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("Example.java"), source);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Dstdout.encoding=UTF-8",
                "-cp",
                library().toString(),
                file.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int status = java.waitFor();
    assertThat(status).as(() -> source + "\n" + read(err)).isZero();
    return Files.readString(out);
  }

  private static Path library() {
    try {
      return Path.of(Regularizer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
