package dev.fullrank.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads a shared library by its sections, which the dynamic loader does not use and {@link ElfVersions} does not either. */
final class ElfFile {
  private static final int SYMBOLS = 11;
  private static final int DYNAMIC = 6;
  private static final int VERSIONS = 0x6FFFFFFE;
  private static final int NEEDED = 1;

  private final ByteBuffer image;

  ElfFile(byte[] image) {
    this.image = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * A version that is asked for.
   *
   * @param library that is to have it
   * @param name of the version
   * @param hash beside the name
   * @param position of the hash in the file
   */
  record Version(String library, String name, int hash, int position) {}

  List<String> neededLibraries() {
    List<String> names = new ArrayList<>();
    int section = section(DYNAMIC);
    for (int entry = offset(section); image.getLong(entry) != 0; entry += 16) {
      if (image.getLong(entry) == NEEDED) {
        names.add(string(section, image.getLong(entry + 8)));
      }
    }
    return names;
  }

  List<Version> neededVersions() {
    List<Version> versions = new ArrayList<>();
    int section = section(VERSIONS);
    int record = offset(section);
    for (int left = image.getInt(section + 44); left > 0; left--) {
      String library = string(section, image.getInt(record + 4));
      int version = record + image.getInt(record + 8);
      for (int more = image.getShort(record + 2); more > 0; more--) {
        versions.add(new Version(library, string(section, image.getInt(version + 8)), image.getInt(version), version));
        version += image.getInt(version + 12);
      }
      record += image.getInt(record + 12);
    }
    return versions;
  }

  /** The names of the symbols that the library defines. */
  Set<String> definedSymbols() {
    Set<String> names = new TreeSet<>();
    int section = section(SYMBOLS);
    long size = image.getLong(section + 32);
    for (int symbol = offset(section); symbol < offset(section) + size; symbol += 24) {
      if (image.getShort(symbol + 6) != 0) {
        names.add(string(section, image.getInt(symbol)));
      }
    }
    return names;
  }

  private int section(int type) {
    for (int i = 0; i < image.getShort(0x3C); i++) {
      if (image.getInt(header(i) + 4) == type) {
        return header(i);
      }
    }
    throw new AssertionError("no section of type " + type);
  }

  private int header(int section) {
    return Math.toIntExact(image.getLong(0x28)) + section * image.getShort(0x3A);
  }

  private int offset(int section) {
    return Math.toIntExact(image.getLong(section + 24));
  }

  /** A string of the table that a section is linked to. */
  private String string(int section, long index) {
    int begin = Math.toIntExact(offset(header(image.getInt(section + 40))) + index);
    int end = begin;
    while (image.get(end) != 0) {
      end++;
    }
    return new String(image.array(), begin, end - begin, StandardCharsets.US_ASCII);
  }
}
