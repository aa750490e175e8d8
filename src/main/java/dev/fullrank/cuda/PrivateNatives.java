package dev.fullrank.cuda;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * JCuda's natives in a folder of this process alone, for as long as it takes to load them. What the dynamic loader has mapped stays
 * valid when the files are gone.
 *
 * <p>The folder is new and closed to other users, so nobody can have put anything there; each file is checked before it is written. All
 * files are written through streams of java.io: a channel would be closed by the interruption of a thread that only happens to be the
 * first to ask for CUDA.
 */
final class PrivateNatives implements AutoCloseable {
  /** What a folder for the natives must have. */
  static final String REMEDY =
      "set -Djava.io.tmpdir to a folder with 8 MB of room, from which libraries may be loaded (not mounted with noexec)";

  private final File folder;
  private final Map<JCudaNative, Path> files = new EnumMap<>(JCudaNative.class);

  private PrivateNatives(File folder) {
    this.folder = folder;
  }

  /**
   * Unpacks the natives.
   *
   * @param renamed what the natives call a CUDA library, and what they are to call it
   */
  static PrivateNatives unpack(CudaEnvironment environment, Map<String, String> renamed) throws Refusal {
    PrivateNatives natives = new PrivateNatives(newFolder(environment.temporary()));
    boolean complete = false;
    try {
      for (JCudaNative each : JCudaNative.values()) {
        byte[] image = read(each, environment.classes());
        ElfVersions.rename(image, renamed);
        natives.write(each, image);
      }
      complete = true;
    } finally {
      if (!complete) {
        natives.close();
      }
    }
    return natives;
  }

  /** The file of each native. */
  Map<JCudaNative, Path> files() {
    return files;
  }

  private static File newFolder(Path temporary) throws Refusal {
    try {
      return Files.createTempDirectory(
              temporary, "fullrank-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
          .toFile();
    } catch (IOException | UnsupportedOperationException e) {
      throw new Refusal("no folder for JCuda's natives can be made in " + temporary + " (" + e + ")", REMEDY);
    }
  }

  private static byte[] read(JCudaNative each, ClassLoader classes) throws Refusal {
    byte[] image;
    try (InputStream in = classes.getResourceAsStream(each.resource())) {
      if (in == null) {
        throw new Refusal("JCuda is not on the class path: there is no " + each.resource(), JCudaNative.REMEDY);
      }
      image = in.readAllBytes();
    } catch (IOException e) {
      throw new Refusal(each.resource() + " on the class path cannot be read (" + e + ")", "fetch its jar again");
    }
    String found = HexFormat.of().formatHex(sha256().digest(image));
    if (!found.equals(each.sha256())) {
      throw new Refusal(
          each.resource() + " on the class path is not that of JCuda " + JCudaNative.VERSION + ": its SHA-256 is " + found,
          JCudaNative.REMEDY + "; fetch the jar again if it is the right one");
    }
    return image;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private void write(JCudaNative each, byte[] image) throws Refusal {
    File file = new File(folder, each.file());
    files.put(each, file.toPath());
    try {
      if (!file.createNewFile()) {
        throw new IOException("it is there already");
      }
      try (FileOutputStream out = new FileOutputStream(file)) {
        out.write(image);
      }
    } catch (IOException e) {
      throw new Refusal(file + " cannot be written (" + e.getMessage() + ")", REMEDY);
    }
  }

  /** Deletes the files and the folder. */
  @Override
  public void close() {
    for (Path file : files.values()) {
      boolean _ = file.toFile().delete(); // a file that stays keeps its folder
    }
    if (!folder.delete()) {
      System.getLogger(PrivateNatives.class.getName()).log(System.Logger.Level.WARNING, "{0} could not be deleted.", folder);
    }
  }
}
