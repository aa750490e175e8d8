package dev.fullrank.cuda;

import java.nio.file.Path;
import java.util.List;

/** What is known here of {@code dev.fullrank.cuda.binding}, whose classes have a loader of their own. */
public interface CudaBinding {
  /**
   * Loads the natives and initialises the classes that use them. The files may go afterwards.
   *
   * @param version of the natives
   * @param natives their files
   * @throws LinkageError if they cannot be loaded, or if the classes are made for other natives
   */
  CudaLibrary open(String version, List<Path> natives);
}
