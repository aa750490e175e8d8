package dev.fullrank.cuda;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that the loading of CUDA reads of the process around it.
 *
 * @param platform operating system and processor, as Java names them
 * @param driver file name of the driver's library
 * @param folders where the user says that CUDA's libraries are, the driver's perhaps among them; nothing else is searched then
 * @param toolkits folders of an installed CUDA toolkit, searched after the dynamic loader
 * @param classes where JCuda's classes and natives are looked for, and the parent of those that are loaded
 * @param temporary the folder for temporary files
 */
record CudaEnvironment(
    String platform, String driver, List<Path> folders, List<Path> toolkits, ClassLoader classes, Path temporary) {
  /** The only platform for which JCuda's natives and CUDA's libraries are looked for. */
  static final String LINUX = "Linux amd64";

  static final String FOLDERS_PROPERTY = "fullrank.cuda.libraries";
  static final String FOLDERS_VARIABLE = "FULLRANK_CUDA_LIBRARIES";

  /** The name that the driver has had since CUDA 1; JCuda's natives ask for it too. */
  private static final String DRIVER = "libcuda.so.1";

  /** Below the folder of a toolkit: as installed, and as cross-platform packages have it. */
  private static final List<String> LIBRARY_FOLDERS = List.of("lib64", "targets/x86_64-linux/lib");

  private static final Path USUAL_TOOLKIT = Path.of("/usr/local/cuda");

  CudaEnvironment {
    folders = List.copyOf(folders);
    toolkits = List.copyOf(toolkits);
  }

  static CudaEnvironment ofThisProcess() {
    return of(System::getProperty, System::getenv, CudaEnvironment.class.getClassLoader());
  }

  /** The environment that these properties and variables describe; each function returns null for what is not set. */
  static CudaEnvironment of(
      Function<String, @Nullable String> property, Function<String, @Nullable String> variable, ClassLoader classes) {
    String named = property.apply(FOLDERS_PROPERTY);
    return new CudaEnvironment(
        property.apply("os.name") + " " + property.apply("os.arch"),
        DRIVER,
        folders(named == null || named.isBlank() ? variable.apply(FOLDERS_VARIABLE) : named),
        toolkits(variable),
        classes,
        Path.of(String.valueOf(property.apply("java.io.tmpdir"))));
  }

  private static List<Path> toolkits(Function<String, @Nullable String> variable) {
    List<Path> found = new ArrayList<>();
    Stream.of("CUDA_HOME", "CUDA_PATH").flatMap(name -> folders(variable.apply(name)).stream()).forEach(found::add);
    found.add(USUAL_TOOLKIT);
    return found.stream().flatMap(toolkit -> LIBRARY_FOLDERS.stream().map(toolkit::resolve)).distinct().toList();
  }

  /** The folders of a path list. An empty entry is no folder; to the dynamic loader it would be the current one. */
  private static List<Path> folders(@Nullable String list) {
    return list == null
        ? List.of()
        : Stream.of(list.split(File.pathSeparator, -1)).filter(entry -> !entry.isBlank()).map(e -> Path.of(e).toAbsolutePath()).toList();
  }
}
