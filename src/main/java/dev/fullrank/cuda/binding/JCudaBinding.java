package dev.fullrank.cuda.binding;

import dev.fullrank.cuda.CudaBinding;
import dev.fullrank.cuda.CudaLibrary;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.List;
import jcuda.JCudaVersion;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcusolver.JCusolverDn;

/** Starts JCuda. */
public final class JCudaBinding implements CudaBinding {
  /** For the loader. */
  public JCudaBinding() {}

  @Override
  public CudaLibrary open(String version, List<Path> natives) {
    if (!JCudaVersion.get().equals(version)) {
      throw new LinkageError("the classes of JCuda are of version " + JCudaVersion.get() + ", the natives of " + version);
    }
    // Here a native that cannot be loaded is an error. JCuda would look for another file of that name; now it finds all of them loaded.
    for (Path each : natives) {
      System.load(each.toString());
    }
    for (Class<?> user : List.of(JCudaDriver.class, JCublas2.class, JCusolverDn.class)) {
      initialize(user);
    }
    return new JCudaLibrary();
  }

  private static void initialize(Class<?> user) {
    try {
      MethodHandles.lookup().ensureInitialized(user);
    } catch (IllegalAccessException e) {
      throw new LinkageError(user + " is not public", e);
    }
  }
}
