package dev.fullrank.kernels.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The folder kernels: sources, pages and PTX. */
final class KernelFolder {
  private static final String SCRIPT = "build";

  private KernelFolder() {}

  /** Tests run in the module's folder or in the root of the repository. */
  static Path path() {
    return Stream.of("", "kernels")
        .map(folder -> Path.of(folder).toAbsolutePath())
        .filter(folder -> Files.isRegularFile(folder.resolve(SCRIPT)) && Files.isDirectory(folder.resolve("ptx")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no kernels/ptx below " + Path.of("").toAbsolutePath()));
  }

  /** The script that makes the PTX. */
  static Path script() {
    return path().resolve(SCRIPT);
  }

  /** The text of each module by its name. */
  static Map<String, String> ptx() {
    return texts(path().resolve("ptx"), ".ptx");
  }

  /** The contract pages, by the name of the module that they belong to. */
  static Map<String, String> pages() {
    Map<String, String> pages = texts(path(), ".md");
    pages.remove("README");
    return pages;
  }

  /** The sources in CUDA C. */
  static Map<String, String> sources() {
    return texts(path(), ".cu");
  }

  static String readme() {
    return read(path().resolve("README.md"));
  }

  private static Map<String, String> texts(Path folder, String extension) {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(extension)) {
          texts.put(name.substring(0, name.length() - extension.length()), read(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
