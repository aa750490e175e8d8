package dev.fullrank.jmh.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The results with every digit:
 *
 * <pre>
 * {"machine": {"cpu", "cores", "java", "os", "date", "options", "versions": {impl: version}},
 *  "rows": [{"op", "direction", "type", "b", "d", "threads", "impl", "ms", "valueError", "gradientError"}],
 *  "accuracy": [{"type", "b", "d", "condition", "impl", "valueError", "gradientError"}],
 *  "copies": [{"type", "b", "d", "ms"}],
 *  "absent": [{"impl", "where", "reason"}],
 *  "leftOut": [text]}
 * </pre>
 *
 * An error that does not exist (a product has no gradient) is null. Ratios follow from the rows.
 */
final class JsonReport {
  private JsonReport() {}

  static void write(Path file, Machine machine, String options, Results results) throws IOException {
    try (Writer writer = Files.newBufferedWriter(file);
        JsonGenerator json = new JsonFactory().createGenerator(writer).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      machine(json, machine, options, results);
      json.writeArrayFieldStart("rows");
      for (Row row : results.rows()) {
        row(json, row);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("accuracy");
      for (Row row : results.accuracy()) {
        json.writeStartObject();
        data(json, row.problem());
        json.writeNumberField("condition", row.problem().condition());
        json.writeStringField("impl", row.implementation().label());
        errors(json, row.accuracy());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("copies");
      for (Row row : results.copies()) {
        json.writeStartObject();
        data(json, row.problem());
        json.writeNumberField("ms", row.ms());
        json.writeEndObject();
      }
      json.writeEndArray();
      absences(json, results);
      json.writeEndObject();
    }
  }

  private static void machine(JsonGenerator json, Machine machine, String options, Results results) throws IOException {
    json.writeObjectFieldStart("machine");
    host(json, machine, options);
    json.writeObjectFieldStart("versions");
    for (Map.Entry<Implementation, String> version : results.versions().entrySet()) {
      json.writeStringField(version.getKey().label(), version.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  /** Where a run took place, whatever it was of. */
  static void host(JsonGenerator json, Machine machine, String options) throws IOException {
    json.writeStringField("cpu", machine.cpu());
    json.writeNumberField("cores", machine.cores());
    json.writeStringField("java", machine.java());
    json.writeStringField("os", machine.os());
    json.writeStringField("date", machine.date().toString());
    json.writeStringField("options", options);
  }

  private static void row(JsonGenerator json, Row row) throws IOException {
    Problem problem = row.problem();
    json.writeStartObject();
    json.writeStringField("op", problem.operation().label());
    json.writeStringField("direction", problem.direction().label());
    data(json, problem);
    json.writeNumberField("threads", problem.threads());
    json.writeStringField("impl", row.implementation().label());
    json.writeNumberField("ms", row.ms());
    errors(json, row.accuracy());
    json.writeEndObject();
  }

  private static void data(JsonGenerator json, Problem problem) throws IOException {
    json.writeStringField("type", problem.typeLabel());
    json.writeNumberField("b", problem.b());
    json.writeNumberField("d", problem.d());
  }

  static void errors(JsonGenerator json, Accuracy accuracy) throws IOException {
    json.writeNumberField("valueError", accuracy.value());
    numberOrNull(json, "gradientError", accuracy.gradient());
  }

  /** What does not exist is null. */
  static void numberOrNull(JsonGenerator json, String name, double value) throws IOException {
    if (Double.isNaN(value)) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, value);
    }
  }

  private static void absences(JsonGenerator json, Results results) throws IOException {
    json.writeArrayFieldStart("absent");
    for (Results.Absence absence : results.absences()) {
      json.writeStartObject();
      json.writeStringField("impl", absence.implementation().label());
      json.writeStringField("where", absence.where());
      json.writeStringField("reason", absence.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("leftOut");
    for (Problem problem : results.leftOut()) {
      json.writeString(problem.toString());
    }
    json.writeEndArray();
  }
}
