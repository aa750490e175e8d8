package dev.fullrank.cuda;

import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcusolver.JCusolverDn;

/** Where the classes and natives of these tests come from. Names classes of JCuda, but initialises none. */
final class ClassPath {
  static final ClassLoader LOADER = Objects.requireNonNull(ClassPath.class.getClassLoader());

  private ClassPath() {}

  /** The library and its tests. */
  static List<Path> library() {
    return List.of(origin(CudaLibrary.class), origin(ClassPath.class));
  }

  /** JCuda's jars of classes. */
  static List<Path> jcuda() {
    return Stream.of(JCudaDriver.class, JCublas2.class, JCusolverDn.class).map(ClassPath::origin).toList();
  }

  /** JCuda's jars of natives. */
  static List<Path> natives() {
    return Stream.of(JCudaNative.values()).map(each -> jarOf(each.resource())).toList();
  }

  static List<Path> all() {
    return Stream.of(library(), jcuda(), natives()).flatMap(List::stream).toList();
  }

  static String join(List<Path> elements) {
    return elements.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static Path origin(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path jarOf(String resource) {
    String url = Objects.requireNonNull(LOADER.getResource(resource), resource).toString();
    return Path.of(URI.create(url.substring("jar:".length(), url.indexOf('!'))));
  }
}
