package dev.fullrank.kernels.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Compiles the C sources, once for each state of them. */
final class StandInBuild {
  /** Hexadecimal digits of the hash in a folder's name: 64 bits, more than states of the sources will ever need. */
  private static final int DIGITS = 16;

  private static final String SOURCES = "test/c";
  private static final String SCRIPT = "build";

  private StandInBuild() {}

  /** The folder with cuda12 and cuda13 in it. */
  static Path folder() {
    try {
      Path module = module();
      Path sources = module.resolve(SOURCES);
      Path target = Files.createDirectories(module.resolve("target"));
      Path built = target.resolve("standin-" + hash(sources));
      if (!Files.isDirectory(built)) {
        Path fresh = Files.createTempDirectory(target, "standin-being-built-");
        compile(sources, fresh);
        move(fresh, built);
      }
      return built;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tests run in the module's folder, in the root of the repository, or in another module's folder. */
  private static Path module() {
    return Stream.of("", "kernels", "../kernels")
        .map(folder -> Path.of(folder).toAbsolutePath().normalize())
        .filter(folder -> Files.isRegularFile(folder.resolve(SOURCES).resolve(SCRIPT)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no kernels/" + SOURCES + "/" + SCRIPT + " below " + Path.of("").toAbsolutePath()));
  }

  /** The script that compiles. */
  static Path script() {
    return module().resolve(SOURCES).resolve(SCRIPT);
  }

  private static String hash(Path sources) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (Stream<Path> files = Files.list(sources)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void compile(Path sources, Path target) throws IOException {
    Process process =
        new ProcessBuilder(List.of(sources.resolve(SCRIPT).toString(), target.toString()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException("the stand-in of CUDA's libraries was not built:\n" + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the stand-in was built", e);
    }
  }

  /** Another process may have been faster; its folder is as good. */
  private static void move(Path fresh, Path built) throws IOException {
    try {
      Files.move(fresh, built, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      if (!Files.isDirectory(built)) {
        throw e;
      }
    }
  }
}
