package dev.fullrank.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Defines the classes of JCuda, and of the binding to it, anew from the bytes that its parent has, in order to be asked where the
 * natives are: {@code System.loadLibrary} asks the loader of the calling class first. JCuda would otherwise unpack them into the folder
 * for temporary files, and trust what is there already.
 *
 * <p>It also keeps JCuda's switches, which are static, apart from those of other users in this process.
 */
final class BindingLoader extends ClassLoader {
  private static final String BINDING = "dev.fullrank.cuda.binding.";
  private static final String JCUDA = "jcuda.";

  static {
    registerAsParallelCapable();
  }

  private final ClassLoader bytes;
  private final Map<JCudaNative, Path> natives;

  /**
   * @param parent has the bytes of all classes, and defines all others
   * @param natives files that stay until {@link #open} has returned
   */
  BindingLoader(ClassLoader parent, Map<JCudaNative, Path> natives) {
    super("JCuda", parent);
    this.bytes = parent;
    this.natives = new EnumMap<>(natives);
  }

  /**
   * Loads the natives and initialises JCuda.
   *
   * @throws LinkageError if classes or natives cannot be loaded or do not fit together
   */
  CudaLibrary open() {
    try {
      return loadClass(BINDING + "JCudaBinding")
          .asSubclass(CudaBinding.class)
          .getDeclaredConstructor()
          .newInstance()
          .open(JCudaNative.VERSION, List.copyOf(natives.values()));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the binding to JCuda is damaged", e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(JCUDA) && !name.startsWith(BINDING)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      Class<?> found = known == null ? findClass(name) : known;
      if (resolve) {
        resolveClass(found);
      }
      return found;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    try (InputStream in = bytes.getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] image = in.readAllBytes();
      return defineClass(name, image, 0, image.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  @Override
  protected @Nullable String findLibrary(String name) {
    for (Map.Entry<JCudaNative, Path> each : natives.entrySet()) {
      if (each.getKey().library().equals(name)) {
        return each.getValue().toString();
      }
    }
    return null;
  }

  /** Hides the natives in the jars, so that JCuda cannot unpack them. */
  @Override
  public @Nullable URL getResource(String name) {
    for (JCudaNative each : natives.keySet()) {
      if (name.equals(each.resource())) {
        return null;
      }
    }
    return super.getResource(name);
  }
}
