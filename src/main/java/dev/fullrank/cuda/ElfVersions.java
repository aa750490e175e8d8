package dev.fullrank.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Renames the libraries that an ELF file is linked with, in memory.
 *
 * <p>NVIDIA's libraries version each symbol by the library's own name. So that name occurs as needed library, as file of a version
 * record and as version in it, always the same string of one table; and beside each version is a hash of it. As old and new names are
 * equally long, nothing has to move.
 *
 * <p>Only what the dynamic loader itself reads is read (segments, not sections), as the System V ABI and the Linux Standard Base
 * describe it. What is not as described there is refused, and then nothing has been changed.
 */
final class ElfVersions {
  // The file header.
  private static final int MAGIC = 0x464C_457F;
  private static final short LITTLE_ENDIAN_64 = 0x0102;
  private static final int SEGMENTS = 0x20;
  private static final int SEGMENT_SIZE = 0x36;
  private static final int SEGMENT_COUNT = 0x38;

  // Types of segments.
  private static final int LOADED = 1;
  private static final int DYNAMIC = 2;

  // Tags of dynamic entries, each of which has 16 bytes: tag and value.
  private static final int END = 0;
  private static final int NEEDED = 1;
  private static final int STRINGS = 5;
  private static final int VERSIONS = 0x6FFF_FFFE;
  private static final int VERSION_COUNT = 0x6FFF_FFFF;
  private static final int ENTRY = 16;

  private final ByteBuffer image;
  private final Map<String, String> renamed;
  private final Map<Integer, byte[]> names = new HashMap<>();
  private final Map<Integer, Integer> hashes = new HashMap<>();

  private ElfVersions(byte[] image, Map<String, String> renamed) {
    this.image = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    this.renamed = renamed;
  }

  /**
   * Renames libraries and the versions that have their names.
   *
   * @param image of a shared library, changed in place
   * @param renamed new names of the same lengths
   * @return how many version records were changed
   * @throws IllegalArgumentException if the image is not understood
   */
  static int rename(byte[] image, Map<String, String> renamed) {
    ElfVersions versions = new ElfVersions(image, renamed);
    try {
      versions.plan();
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new IllegalArgumentException("this ELF file points outside of itself", e);
    }
    versions.names.forEach(versions.image::put);
    versions.hashes.forEach(versions.image::putInt);
    return versions.hashes.size();
  }

  private void plan() {
    if (image.getInt(0) != MAGIC || image.getShort(4) != LITTLE_ENDIAN_64) {
      throw new IllegalArgumentException("this is not an ELF file of 64 bits, least significant byte first");
    }
    int dynamic = dynamicEntries();
    int strings = fileOffset(value(dynamic, STRINGS));
    for (int entry = dynamic; image.getLong(entry) != END; entry += ENTRY) {
      if (image.getLong(entry) == NEEDED) {
        planName(strings, image.getLong(entry + 8));
      }
    }
    int record = fileOffset(value(dynamic, VERSIONS));
    for (long left = value(dynamic, VERSION_COUNT); left > 0; left--) {
      planRecord(record, strings);
      record = Math.addExact(record, image.getInt(record + 12));
    }
  }

  /** One library (Elf64_Verneed) with its versions (Elf64_Vernaux). */
  private void planRecord(int record, int strings) {
    if (image.getShort(record) != 1) {
      throw new IllegalArgumentException("version records of an unknown form: " + image.getShort(record));
    }
    planName(strings, image.getInt(record + 4));
    int version = Math.addExact(record, image.getInt(record + 8));
    for (int left = image.getShort(record + 2); left > 0; left--) {
      int name = image.getInt(version + 8);
      if (planName(strings, name)) {
        String old = string(strings, name);
        if (image.getInt(version) != hash(old)) {
          throw new IllegalArgumentException("the hash beside the version " + old + " is not that of its name");
        }
        hashes.put(version, hash(newName(old)));
      }
      version = Math.addExact(version, image.getInt(version + 12));
    }
  }

  /** Plans the new name of a string, and tells whether it has one. */
  private boolean planName(int strings, long index) {
    int offset = Math.toIntExact(strings + index);
    String old = string(strings, index);
    if (!renamed.containsKey(old)) {
      return false;
    }
    // A linker lets strings share a common end; then a new name would change another string as well.
    if (image.get(offset - 1) != 0) {
      throw new IllegalArgumentException("the name " + old + " is the end of another name");
    }
    names.put(offset, newName(old).getBytes(StandardCharsets.US_ASCII));
    return true;
  }

  private String newName(String old) {
    String name = renamed.getOrDefault(old, old);
    if (name.length() != old.length()) {
      throw new IllegalArgumentException(old + " and " + name + " are not of the same length");
    }
    return name;
  }

  private String string(int strings, long index) {
    StringBuilder text = new StringBuilder();
    for (int at = Math.toIntExact(strings + index); image.get(at) != 0; at++) {
      text.append((char) image.get(at));
    }
    return text.toString();
  }

  private int dynamicEntries() {
    for (int segment : segments()) {
      if (image.getInt(segment) == DYNAMIC) {
        return Math.toIntExact(image.getLong(segment + 8));
      }
    }
    throw new IllegalArgumentException("this ELF file is not a shared library");
  }

  private long value(int dynamic, int tag) {
    for (int entry = dynamic; image.getLong(entry) != END; entry += ENTRY) {
      if (image.getLong(entry) == tag) {
        return image.getLong(entry + 8);
      }
    }
    throw new IllegalArgumentException("this shared library has no dynamic entry " + Integer.toHexString(tag));
  }

  /** Where in the file an address of the loaded library is. */
  private int fileOffset(long address) {
    for (int segment : segments()) {
      long distance = address - image.getLong(segment + 16);
      if (image.getInt(segment) == LOADED && distance >= 0 && distance < image.getLong(segment + 32)) {
        return Math.toIntExact(image.getLong(segment + 8) + distance);
      }
    }
    throw new IllegalArgumentException("this shared library does not load the address " + Long.toHexString(address));
  }

  private int[] segments() {
    int[] segments = new int[Short.toUnsignedInt(image.getShort(SEGMENT_COUNT))];
    for (int i = 0; i < segments.length; i++) {
      segments[i] = Math.toIntExact(image.getLong(SEGMENTS) + (long) i * image.getShort(SEGMENT_SIZE));
    }
    return segments;
  }

  /** The hash function of the System V ABI. */
  static int hash(String name) {
    int hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash << 4) + name.charAt(i);
      int high = hash & 0xF000_0000;
      hash = (hash ^ high >>> 24) & ~high;
    }
    return hash;
  }
}
