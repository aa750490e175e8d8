package dev.fullrank.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of the repository that the tests run in. */
final class Repository {
  private static final List<String> MODULES = List.of("src", "cli", "check", "kernels", "jmh", "djl", "spark");

  private Repository() {}

  /** The root folder: the nearest one upwards that holds the launcher. */
  static Path root() {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("fullrank")) && Files.isRegularFile(folder.resolve("pom.xml"))) {
        return folder;
      }
    }
    throw new IllegalStateException("no folder with the launcher and a pom.xml above " + start);
  }

  /** All Java sources of the modules that exist, generated ones left out. */
  static List<Path> javaSources(Path root) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : MODULES) {
      Path folder = root.resolve(module);
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          files
              .filter(file -> file.toString().endsWith(".java") && !file.startsWith(folder.resolve("target")))
              .sorted()
              .forEach(sources::add);
        }
      }
    }
    return sources;
  }
}
