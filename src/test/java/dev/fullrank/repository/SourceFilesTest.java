package dev.fullrank.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be seen of a source file without compiling it, in all modules. */
@Tag("single")
class SourceFilesTest {
  /** Beyond this a file holds more than one idea. */
  private static final int MOST_LINES = 400;

  /** The register tiles of two widths, the class that picks them and packs, the loops on lines and those on columns. */
  private static final int MOST_FILES_WITH_VECTORS = 5;

  private static final Pattern LEFT_OPEN = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b");
  private static final Pattern NUMBERED_COPY = Pattern.compile("(?i)(_v\\d+|_?old|copy)\\.java$");
  private static final Pattern VECTOR_IMPORT = Pattern.compile("^import (static )?jdk\\.incubator\\.vector", Pattern.MULTILINE);

  @Test
  void theRepositoryIsInOrder() throws IOException {
    assertThat(Repository.javaSources(Repository.root())).hasSizeGreaterThan(10);
    assertThat(complaints(Repository.root())).isEmpty();
  }

  @Test
  void eachComplaintCanBeRaised(@TempDir Path root) throws IOException {
    Path main = Files.createDirectories(root.resolve("src/main/java/p"));
    write(main, "Long.java", "\n".repeat(MOST_LINES + 1));
    write(main, "Longest.java", "\n".repeat(MOST_LINES));
    write(main, "Open.java", "// TO" + "DO\n");
    write(main, "Tile_v2.java", "");
    for (int i = 0; i <= MOST_FILES_WITH_VECTORS; i++) {
      write(main, "Vectors" + i + ".java", "import jdk.incubator.vector.FloatVector;\n");
    }
    write(Files.createDirectories(root.resolve("src/target")), "Generated.java", "// FIX" + "ME\n");
    assertThat(complaints(root))
        .containsExactly(
            "src/main/java/p/Long.java: 401 lines, more than 400",
            "src/main/java/p/Open.java: left open",
            "src/main/java/p/Tile_v2.java: a numbered or old copy",
            "src/main/java/p: no package-info.java with @NullMarked",
            "jdk.incubator.vector is imported by 6 files of src/main, more than 5");
  }

  private static List<String> complaints(Path root) throws IOException {
    List<String> complaints = new ArrayList<>();
    List<Path> packages = new ArrayList<>();
    int withVectors = 0;
    for (Path file : Repository.javaSources(root)) {
      String name = root.relativize(file).toString().replace('\\', '/');
      String text = Files.readString(file);
      long lines = text.lines().count();
      if (lines > MOST_LINES) {
        complaints.add(name + ": " + lines + " lines, more than " + MOST_LINES);
      }
      if (LEFT_OPEN.matcher(text).find()) {
        complaints.add(name + ": left open");
      }
      if (NUMBERED_COPY.matcher(name).find()) {
        complaints.add(name + ": a numbered or old copy");
      }
      if (name.contains("/main/java/") && !packages.contains(file.resolveSibling(""))) {
        packages.add(file.resolveSibling(""));
      }
      if (name.startsWith("src/main/") && VECTOR_IMPORT.matcher(text).find()) {
        withVectors++;
      }
    }
    for (Path folder : packages) {
      Path info = folder.resolve("package-info.java");
      if (!Files.exists(info) || !Files.readString(info).contains("@NullMarked")) {
        complaints.add(root.relativize(folder).toString().replace('\\', '/') + ": no package-info.java with @NullMarked");
      }
    }
    if (withVectors > MOST_FILES_WITH_VECTORS) {
      complaints.add(
          "jdk.incubator.vector is imported by " + withVectors + " files of src/main, more than " + MOST_FILES_WITH_VECTORS);
    }
    return complaints;
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
