package dev.fullrank.cli.format;

import dev.fullrank.ElementType;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The header of a .npy file, versions 1.0, 2.0 and 3.0 (NumPy Enhancement Proposal 1 and the documentation of
 * {@code numpy.lib.format}): magic, version, length, and a Python dictionary with {@code descr}, {@code fortran_order} and
 * {@code shape}.
 *
 * @param layout type, order and shape
 * @param length bytes before the data
 * @param dataLength bytes of data that the shape asks for
 */
record NpyHeader(Layout layout, long length, long dataLength) {
  /** What every .npy file begins with. */
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** The dictionary of a matrix takes about 100 bytes; version 1 cannot say more than this, and NumPy itself stops at 10 000. */
  private static final int LONGEST_DICTIONARY = 0xffff;

  private static final String REMEDY = "save it with numpy.save(file, array.astype('float32'))";

  /** Reads the header from the start of a .npy stream, and nothing beyond it. */
  static NpyHeader read(InputStream in, Source source) throws IOException {
    try {
      byte[] magic = in.readNBytes(MAGIC.length);
      if (!Arrays.equals(magic, MAGIC)) {
        throw source.damaged("does not begin like a .npy file", REMEDY);
      }
      int major = readByte(in);
      int minor = readByte(in);
      if (major < 1 || major > 3 || minor != 0) {
        throw source.damaged("is .npy version " + major + "." + minor + ", and versions 1.0, 2.0 and 3.0 are known", REMEDY);
      }
      int lengthBytes = major == 1 ? Short.BYTES : Integer.BYTES;
      byte[] field = readFully(in, lengthBytes);
      ByteBuffer little = ByteBuffer.wrap(field).order(ByteOrder.LITTLE_ENDIAN);
      long dictionaryLength = major == 1 ? Short.toUnsignedLong(little.getShort()) : Integer.toUnsignedLong(little.getInt());
      if (dictionaryLength > LONGEST_DICTIONARY) {
        throw source.damaged("claims a header of " + dictionaryLength + " bytes, and that of a matrix has about 100");
      }
      byte[] dictionary = readFully(in, (int) dictionaryLength);
      String text = new String(dictionary, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
      return of(PythonDictionary.parse(text, source), MAGIC.length + 2 + lengthBytes + dictionaryLength, source);
    } catch (EOFException e) {
      throw source.damaged("ends inside its header");
    }
  }

  private static int readByte(InputStream in) throws IOException {
    int value = in.read();
    if (value < 0) {
      throw new EOFException();
    }
    return value;
  }

  private static byte[] readFully(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private static NpyHeader of(PythonDictionary dictionary, long length, Source source) throws EmbeddingFileException {
    String descr = dictionary.string("descr");
    boolean fortran = dictionary.bool("fortran_order");
    List<Long> shape = dictionary.tuple("shape");
    if (descr.length() < 2) {
      throw source.damaged("has the element type " + EmbeddingFileException.excerpt(descr), REMEDY);
    }
    ElementType type = switch (descr.substring(1)) {
      case "f8" -> ElementType.FLOAT64;
      case "f4" -> ElementType.FLOAT32;
      case "f2" -> ElementType.FLOAT16;
      default -> throw source.damaged(refusalOf(descr), REMEDY);
    };
    ByteOrder order = switch (descr.charAt(0)) {
      case '<' -> ByteOrder.LITTLE_ENDIAN;
      case '>' -> ByteOrder.BIG_ENDIAN;
      case '=' -> ByteOrder.nativeOrder();
      default -> throw source.damaged("has the element type " + EmbeddingFileException.excerpt(descr), REMEDY);
    };
    if (shape.size() != 2) {
      throw source.damaged(
          "holds an array of shape " + shape + ", not a matrix", "reshape it to (rows, columns): array.reshape(-1, columns)");
    }
    long rows = shape.get(0);
    long columns = shape.get(1);
    if (rows < 1 || columns < 1 || columns > Integer.MAX_VALUE) {
      throw source.damaged("holds a " + rows + "×" + columns + " matrix", "at least one row and one column are needed");
    }
    long dataLength = Layout.denseBytes(type, rows, columns);
    if (dataLength < 0) {
      throw source.damaged("claims " + rows + "×" + columns + " elements, which no file can hold");
    }
    Layout layout = fortran
        ? Layout.columnMajor(type, order, rows, (int) columns)
        : Layout.rowMajor(type, order, rows, (int) columns);
    return new NpyHeader(layout, length, dataLength);
  }

  private static String refusalOf(String descr) {
    String shown = EmbeddingFileException.excerpt(descr);
    return switch (descr.charAt(1)) {
      case 'O' -> "holds Python objects (" + shown + "), which are pickled and never loaded";
      case 'i', 'u' -> "holds integers (" + shown + "), not floating-point embeddings";
      case 'c' -> "holds complex numbers (" + shown + ")";
      case 'b', '?' -> "holds booleans (" + shown + ")";
      default -> "has the element type " + shown + ", and float64, float32 and float16 are read";
    };
  }

  /** For people: {@code NumPy .npy, Fortran order, big-endian}. */
  String describe(String kind) {
    return kind + (layout.isRowMajor() ? "" : ", Fortran order") + (layout.order() == ByteOrder.BIG_ENDIAN ? ", big-endian" : "");
  }
}
