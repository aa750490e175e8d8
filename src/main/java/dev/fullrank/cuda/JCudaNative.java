package dev.fullrank.cuda;

/**
 * The natives of JCuda that are used, of one pinned version; no other file is ever loaded.
 *
 * <p>To move to another version: change the versions in the parent pom and here, put in the sums that {@code sha256sum} prints for the
 * files in the jars of natives, and run the tests.
 */
enum JCudaNative {
  /** The driver API. */
  DRIVER("JCudaDriver", "jcuda/driver/JCudaDriver", "fdc3b4b4fca4f0fab54ff12c0b4d6ad1c5e8d55015b4950834c705e5db301255"),

  /** cuBLAS. */
  BLAS("JCublas2", "jcuda/jcublas/JCublas2", "990b2129e540a7f93d0776799d48659dc85e4f7f5bfb6473d0c8369ef8126c32"),

  /** cuSOLVER. */
  SOLVER("JCusolver", "jcuda/jcusolver/JCusolverDn", "20c5ff09b85a801798e208ed7a9f2e21343f4343dfe9206ba8e8198ba19f6d2a");

  /** The version of the natives, which JCuda's classes ask for. */
  static final String VERSION = "12.6.0";

  /** How JCuda comes onto the class path. */
  static final String REMEDY =
      "put jcuda:12.6.0, jcublas:12.6.0, jcusolver:11.7.0 of org.jcuda and, with the classifier linux-x86_64, jcuda-natives:12.6.0,"
          + " jcublas-natives:12.6.0, jcusolver-natives:12.6.0 on the class path, without what they depend on";

  private final String stem;
  private final String user;
  private final String sha256;

  JCudaNative(String stem, String user, String sha256) {
    this.stem = stem;
    this.user = user;
    this.sha256 = sha256;
  }

  /** Refuses unless the classes and the natives are on the class path; loads none of them. */
  static void requireAll(ClassLoader classes) throws Refusal {
    for (JCudaNative each : values()) {
      for (String resource : new String[] {each.user + ".class", each.resource()}) {
        if (classes.getResource(resource) == null) {
          throw new Refusal("JCuda is not on the class path: there is no " + resource, REMEDY);
        }
      }
    }
  }

  /** The name by which JCuda's classes load it. */
  String library() {
    return stem + "-" + VERSION + "-linux-x86_64";
  }

  /** The name of its file. */
  String file() {
    return "lib" + library() + ".so";
  }

  /** Where it is in its jar. */
  String resource() {
    return "lib/" + file();
  }

  /** SHA-256 of its file, in hexadecimal digits. */
  String sha256() {
    return sha256;
  }
}
