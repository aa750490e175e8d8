package dev.fullrank.cli.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON header of a .safetensors file: {@code {"name": {"dtype": "F32", "shape": [r, c], "data_offsets": [begin, end]}, …}}.
 * Read as a stream, of which only what may be wanted is kept.
 */
final class SafetensorsHeader {
  /** The limit of the reference implementation. */
  static final long LONGEST = 100_000_000;

  /** A header is two objects and an array deep; the limit turns a tower of brackets away early. */
  private static final int DEEPEST = 8;

  /** Names and metadata of models are short; a longer one is a way to fill the memory. */
  private static final int LONGEST_STRING = 1 << 20;

  /** As many names as a message can usefully list. */
  private static final int LISTED = 8;

  private static final JsonFactory JSON = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(DEEPEST)
          .maxNameLength(LONGEST_STRING)
          .maxStringLength(LONGEST_STRING)
          .build())
      .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
      .build();

  /**
   * One tensor.
   *
   * @param begin offset of the first byte behind the header
   * @param end offset of the byte after the last
   */
  record Tensor(String name, String dtype, List<Long> shape, long begin, long end) {}

  private final Source source;
  private final List<Tensor> matrices = new ArrayList<>();
  private @Nullable Tensor named;
  private int matrixCount;

  private SafetensorsHeader(Source source) {
    this.source = source;
  }

  /** The tensor that the source names, or the only matrix of the file. */
  static Tensor choose(InputStream json, Source source) throws IOException {
    SafetensorsHeader header = new SafetensorsHeader(source);
    try (JsonParser parser = JSON.createParser(json)) {
      header.read(parser);
    }
    return header.choose();
  }

  private Tensor choose() throws EmbeddingFileException {
    if (source.member() != null) {
      if (named == null) {
        throw source.damaged("holds no tensor " + EmbeddingFileException.excerpt(source.member()), "choose one of " + listed());
      }
      return named;
    }
    if (matrixCount != 1) {
      throw source.damaged(
          "holds " + matrixCount + " tensors of two dimensions",
          matrixCount == 0
              ? "save a matrix of shape (rows, columns)"
              : "choose one, as in " + source.path() + ":NAME, of " + listed());
    }
    return matrices.getFirst();
  }

  private String listed() {
    List<String> names = matrices.stream().map(t -> EmbeddingFileException.excerpt(t.name())).toList();
    return String.join(", ", names) + (matrixCount > names.size() ? ", …" : "");
  }

  private void read(JsonParser parser) throws IOException {
    require(parser.nextToken() == JsonToken.START_OBJECT);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      require(parser.currentToken() == JsonToken.FIELD_NAME);
      String name = parser.currentName();
      require(parser.nextToken() == JsonToken.START_OBJECT);
      if (name.equals("__metadata__")) {
        parser.skipChildren();
      } else {
        keep(tensor(name, parser));
      }
    }
    require(parser.nextToken() == null); // the padding is blanks
  }

  private void keep(Tensor tensor) throws EmbeddingFileException {
    if (tensor.name().equals(source.member())) {
      require(named == null);
      named = tensor;
    }
    if (tensor.shape().size() == 2) {
      matrixCount++;
      if (matrices.size() < LISTED) {
        matrices.add(tensor);
      }
    }
  }

  private Tensor tensor(String name, JsonParser parser) throws IOException {
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      require(parser.currentToken() == JsonToken.FIELD_NAME);
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> {
          require(dtype == null && parser.currentToken() == JsonToken.VALUE_STRING);
          dtype = parser.getText();
        }
        case "shape" -> {
          require(shape == null);
          shape = integers(parser);
        }
        case "data_offsets" -> {
          require(offsets == null);
          offsets = integers(parser);
        }
        default -> throw malformed();
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw malformed();
    }
    return new Tensor(name, dtype, shape, offsets.get(0), offsets.get(1));
  }

  /** An array of non-negative integers. */
  private List<Long> integers(JsonParser parser) throws IOException {
    require(parser.currentToken() == JsonToken.START_ARRAY);
    List<Long> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(parser.currentToken() == JsonToken.VALUE_NUMBER_INT && values.size() < DEEPEST);
      long value = parser.getLongValue(); // out of range is an InputCoercionException
      require(value >= 0);
      values.add(value);
    }
    return values;
  }

  private void require(boolean condition) throws EmbeddingFileException {
    if (!condition) {
      throw malformed();
    }
  }

  private EmbeddingFileException malformed() {
    return source.damaged("has a malformed safetensors header");
  }
}
