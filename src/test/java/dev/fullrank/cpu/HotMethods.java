package dev.fullrank.cpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What must run in C2's code when s_μ and the hinge are evaluated. */
final class HotMethods {
  /** How the names of the methods begin that are looked at. */
  static final String LIBRARY = "dev.fullrank.";

  /** Fewer samples tell too little about where the time goes. */
  private static final int ENOUGH_SAMPLES = 25;

  /** One sample in 20 may fall on code that runs once a call and will never be hot. */
  private static final int SAMPLES_FOR_ONE_SLOW = 20;

  /** The loops that take the time, each by the methods of {@code dev.fullrank} that may hold it, on any kernels. */
  static final Map<String, String> ROLES = new LinkedHashMap<>();

  static {
    ROLES.put("register tile", "cpu\\.(Tile\\w+\\.\\w+|Scalar\\w+\\.tile)");
    ROLES.put("register tile in single precision", "cpu\\.Float(Tile\\w+\\.\\w+|Scalar\\w+\\.tile)");
    ROLES.put("reading of the data", "cpu\\.Elements\\.read");
    ROLES.put("packing of the data", "cpu\\.(PackedMatrix\\.set(Lanes|Depths?)|Packer\\.\\w+)");
    ROLES.put("rows that become columns", "cpu\\.(PackedMatrix\\.packRows|(Vector|Scalar)Tiles\\.(interleave\\w*|transpose\\w*))");
    ROLES.put("rows that keep their direction", "cpu\\.(PackedMatrix\\.packColumns|(Vector|Scalar)Tiles\\.copyRuns)");
    ROLES.put("symmetric matrix times vector", "cpu\\.(Vector|Scalar)Kernels\\.symmetricRows");
    ROLES.put("subtraction of rows", "cpu\\.(Vector|Scalar)Kernels\\.subtractRows");
    ROLES.put("dot", "cpu\\.(Vector|Scalar)Kernels\\.dot");
    ROLES.put("axpy", "cpu\\.(Vector|Scalar)Kernels\\.axpy");
    ROLES.put("mirrored triangle", "cpu\\.SymmetricProduct\\.mirror");
    ROLES.put("combination of matrices in single precision", "cpu\\.ChebyshevSum\\.(add|block)");
    ROLES.put("sums of matrices in single precision", "cpu\\.ChebyshevSum\\.(add|block)");
    ROLES.put("storing of the gradient", "cpu\\.Panels\\.store");
    ROLES.put("column sums", "cpu\\.(Vector|Scalar)Columns\\.addSums");
    ROLES.put("column sums in single precision", "cpu\\.(VectorColumns\\.addEightSingle|ScalarColumns\\.addEight)");
    ROLES.put("column moments from them", "(cpu\\.VectorColumns|linalg\\.MomentLoops)\\.centre");
    ROLES.put("hinge gradient in single precision", "cpu\\.(Vector|Scalar)Columns\\.singleDeviations(OfTwo)?");
    ROLES.put("joined moments", "(cpu\\.VectorColumns|linalg\\.MomentLoops)\\.merge");
    ROLES.put("slopes of the hinge", "HingeTerm\\.(findSlopes|compute)");
    ROLES.put("hinge gradient", "cpu\\.(Vector|Scalar)Columns\\.deviations");
  }

  private HotMethods() {}

  /** What is not as it must be, in words; empty if all is well. */
  static List<String> complaints(CompiledCode code, Map<String, String> roles) {
    List<String> complaints = new ArrayList<>();
    roles.forEach(
        (role, methods) -> {
          Pattern pattern = Pattern.compile(Pattern.quote(LIBRARY) + methods);
          if (code.methods().stream().noneMatch(m -> pattern.matcher(m).matches() && code.isOptimised(m))) {
            complaints.add(role + " is not in C2");
          }
        });
    for (String method : new TreeSet<>(code.level().keySet())) {
      if (method.startsWith(LIBRARY) && usesVectors(method) && !code.isOptimised(method)) {
        complaints.add(method + " uses vectors and is left at level " + code.level().get(method));
      }
    }
    if (code.sampled() < ENOUGH_SAMPLES) {
      complaints.add("only " + code.sampled() + " samples");
    } else if (code.slow() * SAMPLES_FOR_ONE_SLOW > code.sampled()) {
      complaints.add(code.slow() + " of " + code.sampled() + " samples are outside of C2: " + code.slowest());
    }
    return complaints;
  }

  /** Whether the method is of a class of the library that names the Vector API; where C1 runs such code, vectors are objects. */
  private static boolean usesVectors(String method) {
    String owner = method.substring(0, method.lastIndexOf('.')).replace('.', '/');
    Path classFile = location(Kernels.class).resolve(owner + ".class");
    try {
      return Files.exists(classFile)
          && new String(Files.readAllBytes(classFile), StandardCharsets.ISO_8859_1).contains("jdk/incubator/vector/");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder that a class was loaded from. */
  static Path location(Class<?> c) {
    try {
      return Path.of(c.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
