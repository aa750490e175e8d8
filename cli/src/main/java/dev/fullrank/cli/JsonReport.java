package dev.fullrank.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.fullrank.ChunkSummary;
import dev.fullrank.EmbeddingReport;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** Reports as JSON, with every digit; what JSON has no number for (NaN, infinity) is null. */
final class JsonReport {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonReport() {}

  /** One report as an object; several as an object of such objects, by file name. */
  static String render(List<FileReport> reports) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text).setPrettyPrinter(new DefaultPrettyPrinter())) {
      if (reports.size() == 1) {
        write(json, reports.getFirst());
      } else {
        json.writeStartObject();
        for (FileReport report : reports) {
          json.writeFieldName(report.name());
          write(json, report);
        }
        json.writeEndObject();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter has no failures of its own
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, FileReport file) throws IOException {
    EmbeddingReport report = file.report();
    json.writeStartObject();
    json.writeNumberField("rows", report.rows());
    json.writeNumberField("cols", report.columns());
    number(json, "meanSingularValue", report.meanSingularValue());
    number(json, "lowerBound", report.lowerBound());
    number(json, "upperBound", report.upperBound());
    number(json, "utilisation", report.utilisation());
    number(json, "effectiveRank", report.effectiveRank());
    number(json, "rankMe", report.rankMe());
    number(json, "stableRank", report.stableRank());
    number(json, "participationRatio", report.participationRatio());
    number(json, "conditionNumber", report.conditionNumber());
    number(json, "alphaReQ", report.alphaReQ());
    number(json, "varianceHinge", report.varianceHinge());
    number(json, "covariancePenalty", report.covariancePenalty());
    number(json, "maxAbsOffDiagonalCorrelation", report.maxAbsOffDiagonalCorrelation());
    json.writeFieldName("deadDimensions");
    int[] dead = report.deadDimensions();
    json.writeArray(dead, 0, dead.length);
    numbers(json, "singularValues", report.singularValues());
    numbers(json, "std", report.std());
    json.writeStringField("route", report.route().name());
    number(json, "seconds", file.seconds());
    ChunkSummary batches = report.chunks();
    if (batches != null) {
      write(json, batches);
    }
    json.writeEndObject();
  }

  /** Only there if batches were asked for. */
  private static void write(JsonGenerator json, ChunkSummary batches) throws IOException {
    json.writeObjectFieldStart("batches");
    json.writeNumberField("rows", batches.batch());
    json.writeNumberField("count", batches.count());
    range(json, "meanSingularValue", batches.meanSingularValue());
    range(json, "utilisation", batches.utilisation());
    json.writeEndObject();
  }

  private static void range(JsonGenerator json, String name, ChunkSummary.Range range) throws IOException {
    json.writeObjectFieldStart(name);
    number(json, "min", range.min());
    number(json, "mean", range.mean());
    number(json, "max", range.max());
    json.writeEndObject();
  }

  private static void number(JsonGenerator json, String name, double value) throws IOException {
    json.writeFieldName(name);
    number(json, value);
  }

  private static void numbers(JsonGenerator json, String name, double[] values) throws IOException {
    json.writeArrayFieldStart(name);
    for (double value : values) {
      number(json, value);
    }
    json.writeEndArray();
  }

  private static void number(JsonGenerator json, double value) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumber(value);
    } else {
      json.writeNull();
    }
  }
}
