package dev.fullrank.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds cuBLAS and cuSOLVER and opens them for the rest of the process. JCuda's natives, loaded later, ask for them by name, and the
 * dynamic loader finds a library of that name open.
 *
 * @param folders that are searched
 * @param generations that the driver runs, the best first
 */
record CudaLibraries(List<Path> folders, List<CudaGeneration> generations) {
  private static final String BLAS = "libcublas\\.so\\.\\d+";

  private static final String NAME_THE_FOLDERS =
      "set " + CudaEnvironment.FOLDERS_VARIABLE + " or -D" + CudaEnvironment.FOLDERS_PROPERTY + " to the folders, separated by colons";

  /**
   * Opens the libraries of the newest generation that a driver runs.
   *
   * @param driverVersion the CUDA version that the driver supports, major·1000 + minor·10
   */
  static CudaGeneration open(CudaEnvironment environment, int driverVersion) throws Refusal {
    List<CudaGeneration> generations =
        CudaGeneration.ALL.stream().filter(generation -> generation.runsOn(driverVersion)).toList();
    if (!environment.folders().isEmpty()) {
      return new CudaLibraries(environment.folders(), generations).open();
    }
    Optional<CudaGeneration> found = generations.stream().filter(CudaLibraries::isOpenedByName).findFirst();
    return found.isPresent() ? found.get() : new CudaLibraries(environment.toolkits(), generations).open();
  }

  /** Opens what the dynamic loader finds by itself; it then finds what that needs, too. */
  private static boolean isOpenedByName(CudaGeneration generation) {
    return generation.required().stream().allMatch(CudaLibraries::isOpenedByName);
  }

  private static boolean isOpenedByName(String library) {
    try {
      SymbolLookup.libraryLookup(library, Arena.global());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private CudaGeneration open() throws Refusal {
    for (CudaGeneration generation : generations) {
      if (missing(generation).isEmpty()) {
        // What is needed only indirectly may lie where the dynamic loader finds it.
        for (Path file : generation.inOrder().stream().flatMap(this::files).toList()) {
          open(file);
        }
        return generation;
      }
    }
    throw refusal();
  }

  private static void open(Path file) throws Refusal {
    try {
      SymbolLookup.libraryLookup(file, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          file + " cannot be opened", "look at ldd " + file + " for a library that is missing, and " + NAME_THE_FOLDERS);
    }
  }

  /** The file of that name in the first folder that has one. */
  private Stream<Path> files(String library) {
    return folders.stream().map(folder -> folder.resolve(library)).filter(Files::exists).limit(1);
  }

  private List<String> missing(CudaGeneration generation) {
    return generation.required().stream().filter(library -> files(library).findAny().isEmpty()).toList();
  }

  private Refusal refusal() {
    String where = folders.stream().map(Path::toString).collect(Collectors.joining(", "));
    String wanted = "CUDA " + generations.stream().map(g -> String.valueOf(g.major())).collect(Collectors.joining(" or "));
    for (CudaGeneration generation : CudaGeneration.ALL) {
      List<String> missing = missing(generation);
      if (missing.isEmpty()) {
        return new Refusal(
            "the libraries of CUDA " + generation.major() + " in " + where + " need a newer NVIDIA driver",
            "update the driver, or install the libraries of " + wanted);
      }
      // Only cuBLAS tells the version: cuSOLVER of CUDA 11 and that of CUDA 12 have the same name.
      if (!missing.contains(generation.required().getFirst())) {
        return new Refusal(
            String.join(" and ", missing) + " of CUDA " + generation.major() + " not found in " + where,
            "install cuBLAS and cuSOLVER of the same version, and " + NAME_THE_FOLDERS);
      }
    }
    String others = folders.stream().flatMap(CudaLibraries::cublas).collect(Collectors.joining(", "));
    return new Refusal(
        others.isEmpty() ? "cuBLAS and cuSOLVER not found in " + where : others + " in " + where + " is not of " + wanted,
        "install the toolkit of " + wanted + ", or " + NAME_THE_FOLDERS);
  }

  private static Stream<String> cublas(Path folder) {
    String[] names = folder.toFile().list((_, name) -> name.matches(BLAS));
    return names == null ? Stream.of() : Stream.of(names).sorted();
  }
}
