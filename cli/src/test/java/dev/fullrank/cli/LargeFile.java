package dev.fullrank.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * Writes a float32 .npy file of any size, to see by hand that a report needs no more memory for it. Not a test; nothing in the
 * build runs it. From the root:
 *
 * <pre>
 * mvn -q -pl cli -am -DskipTests package
 * java -cp cli/target/test-classes dev.fullrank.cli.LargeFile target/large.npy 200000 2048
 * FULLRANK_JAVA_OPTS=-Xmx512m ./fullrank report target/large.npy
 * </pre>
 */
final class LargeFile {
  private static final long SEED = 2048;

  /** Numbers of the table whose random parts the rows are: rows differ, and writing is as fast as the disk. */
  private static final int TABLE = 1 << 20;

  private LargeFile() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      System.err.println("usage: LargeFile FILE ROWS COLUMNS");
      System.exit(2);
    }
    write(Path.of(args[0]), Long.parseLong(args[1]), Integer.parseInt(args[2]));
  }

  private static void write(Path file, long rows, int columns) throws IOException {
    String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + columns + "), }\n";
    byte[] text = dictionary.getBytes(StandardCharsets.US_ASCII);
    byte[] head = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, (byte) (text.length >>> 8)};
    Random random = new Random(SEED);
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      MemorySegment table = arena.allocate((long) (TABLE + columns) * Float.BYTES, Long.BYTES);
      for (long i = 0; i < TABLE + columns; i++) {
        table.setAtIndex(ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN), i, (float) random.nextGaussian());
      }
      long rowBytes = (long) columns * Float.BYTES;
      MemorySegment out = channel.map(FileChannel.MapMode.READ_WRITE, 0, head.length + text.length + rows * rowBytes, arena);
      MemorySegment.copy(head, 0, out, ValueLayout.JAVA_BYTE, 0, head.length);
      MemorySegment.copy(text, 0, out, ValueLayout.JAVA_BYTE, head.length, text.length);
      for (long row = 0; row < rows; row++) {
        long from = (long) random.nextInt(TABLE) * Float.BYTES;
        MemorySegment.copy(table, from, out, head.length + text.length + row * rowBytes, rowBytes);
      }
    }
  }
}
