package dev.fullrank.cli.format;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in lines: separated by commas, semicolons, tabs or blanks, with or without a line of headings.
 *
 * <p>The first line is headings if none of its cells is a number, or if its cells count 0, 1, 2, … as those of a pandas frame
 * without names do. A first line of which only some cells are numbers is an error, not a row to be dropped silently.
 */
final class CsvFile implements EmbeddingFile {
  /** One row of doubles then takes 8 MiB; wider than any embedding by two orders of magnitude. */
  private static final int MOST_COLUMNS = 1 << 20;

  /** Two cells "0,1" may well be data; three that count are headings. */
  private static final int FEWEST_COUNTED = 3;

  private final Source source;
  private final FileChannel channel;
  private final CsvScanner scanner;
  private final int columns;
  private double @Nullable [] firstRow;
  private double[] block = {};
  private boolean anyRow;

  private CsvFile(Source source, FileChannel channel) throws IOException {
    this.source = source;
    this.channel = channel;
    this.scanner = new CsvScanner(Channels.newInputStream(channel), source);
    if (!scanner.nextLine()) {
      throw source.damaged("holds no numbers", "write one row of numbers a line");
    }
    List<Double> numbers = new ArrayList<>();
    EmbeddingFileException firstText = null;
    boolean index = false;
    int cells = 0;
    while (scanner.nextCell()) {
      if (++cells > MOST_COLUMNS) {
        throw source.damaged("has more than " + MOST_COLUMNS + " columns", "write one row of numbers a line");
      }
      try {
        numbers.add(scanner.number());
      } catch (NumberFormatException e) {
        index |= cells == 1 && scanner.text().isEmpty();
        firstText = firstText == null ? notANumber() : firstText;
      }
    }
    this.columns = cells;
    if (index && cells > 1) {
      throw source.damaged(
          "has a first column without a heading, as an index has", "write it without: frame.to_csv(file, index=False)");
    }
    if (firstText != null && !numbers.isEmpty()) {
      throw firstText;
    }
    if (firstText == null && !countsUp(numbers)) {
      this.firstRow = numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

  static EmbeddingFile open(Source source) throws EmbeddingFileException {
    source.refuseMember();
    FileChannel channel = source.open();
    try {
      return new CsvFile(source, channel);
    } catch (IOException e) {
      close(channel);
      throw source.explain(e);
    }
  }

  private static boolean countsUp(List<Double> numbers) {
    for (int i = 0; i < numbers.size(); i++) {
      if (numbers.get(i) != i) {
        return false;
      }
    }
    return numbers.size() >= FEWEST_COUNTED;
  }

  private EmbeddingFileException notANumber() {
    return scanner.wrong(
        "is not a number: " + EmbeddingFileException.excerpt(scanner.text()),
        "keep the numeric columns alone, with a point as the decimal mark");
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public String format() {
    return "CSV text";
  }

  @Override
  public OptionalLong rows() {
    return OptionalLong.empty();
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public ElementType type() {
    return ElementType.FLOAT64;
  }

  @Override
  public @Nullable Matrix next(int maxRows) throws EmbeddingFileException {
    int capacity = capacity(maxRows);
    if (block.length < capacity * columns) {
      block = new double[capacity * columns];
    }
    int rows = 0;
    try {
      if (firstRow != null) {
        System.arraycopy(firstRow, 0, block, 0, columns);
        firstRow = null;
        rows = 1;
      }
      while (rows < capacity && scanner.nextLine()) {
        readLine(rows * columns);
        rows++;
      }
    } catch (IOException e) {
      throw source.explain(e);
    }
    anyRow |= rows > 0;
    if (!anyRow) {
      throw source.damaged("holds headings and no numbers", "write one row of numbers a line");
    }
    return rows == 0 ? null : Matrix.of(block, rows, columns);
  }

  /** A cell takes two bytes at least, a digit and what separates it; so small a file needs no large block. */
  private int capacity(int maxRows) {
    long inFile = source.size() / (2L * columns) + 1;
    long inBlock = Math.max(1, StreamedRows.LARGEST_BLOCK / ((long) columns * Double.BYTES));
    return (int) Math.min(maxRows, Math.min(inFile, inBlock));
  }

  private void readLine(int offset) throws IOException {
    long line = scanner.line();
    int cells = 0;
    while (scanner.nextCell()) {
      if (cells == columns) {
        throw scanner.wrong("is beyond the " + columns + " columns of the first line", "give all lines as many cells");
      }
      try {
        block[offset + cells++] = scanner.number();
      } catch (NumberFormatException e) {
        throw notANumber();
      }
    }
    if (cells < columns) {
      throw source.damaged(
          "line " + line + " has " + cells + " columns and the first line " + columns, "give all lines as many cells");
    }
  }

  @Override
  public void close() {
    close(channel);
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger(CsvFile.class.getName()).log(Level.DEBUG, "closing a file that was only read", e);
    }
  }
}
