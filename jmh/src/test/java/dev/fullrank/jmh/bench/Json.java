package dev.fullrank.jmh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a file of results says. */
final class Json {
  private Json() {}

  /** The objects of an array of that name, members by name as text. */
  static List<Map<String, String>> objects(Path json, String array) throws IOException {
    List<Map<String, String>> rows = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json.toFile())) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.START_ARRAY && array.equals(parser.currentName())) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            Map<String, String> row = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
              String name = parser.currentName();
              parser.nextToken();
              row.put(name, parser.getText());
            }
            rows.add(row);
          }
        }
      }
    }
    return rows;
  }

  /** Those of the rows, of which there must be some. */
  static List<Map<String, String>> rows(Path json) throws IOException {
    List<Map<String, String>> rows = objects(json, "rows");
    assertThat(rows).isNotEmpty();
    return rows;
  }
}
