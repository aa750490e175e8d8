package dev.fullrank.jmh.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.fullrank.kernels.gpu.Card;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The results on a GPU with every digit:
 *
 * <pre>
 * {"machine": {"gpu", "computeCapability", "multiprocessors", "memoryBytes", "cudaOfDriver", "driver",
 *              "cpu", "cores", "java", "os", "date", "options", "pytorch"},
 *  "gemmFlops": number,
 *  "rows": [{"op", "direction", "type", "count", "b", "d", "impl", "ms", "lowerMs", "upperMs", "batches", "calls",
 *            "floorMs", "shareOfFloor", "ratio", "valueError", "gradientError"}],
 *  "absent": [{"impl", "where", "reason"}]}
 * </pre>
 *
 * {@code ms} is the median, {@code ratio} that of a row to this library's; what does not exist is null.
 */
final class GpuJsonReport {
  private GpuJsonReport() {}

  static void write(Path file, Card card, Machine machine, String options, GpuResults results) throws IOException {
    try (Writer writer = Files.newBufferedWriter(file);
        JsonGenerator json = new JsonFactory().createGenerator(writer).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeObjectFieldStart("machine");
      json.writeStringField("gpu", card.name());
      json.writeStringField("computeCapability", card.capability());
      json.writeNumberField("multiprocessors", card.multiprocessors());
      json.writeNumberField("memoryBytes", card.memory());
      json.writeStringField("cudaOfDriver", card.cudaVersion());
      json.writeStringField("driver", card.driver());
      JsonReport.host(json, machine, options);
      json.writeStringField("pytorch", results.torch());
      json.writeEndObject();
      json.writeNumberField("gemmFlops", results.gemmRate());
      json.writeArrayFieldStart("rows");
      for (GpuRow row : results.rows()) {
        row(json, row, results);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("absent");
      for (GpuResults.Absence absence : results.absences()) {
        json.writeStartObject();
        json.writeStringField("impl", absence.contender().label());
        json.writeStringField("where", absence.problem().toString());
        json.writeStringField("reason", absence.reason());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void row(JsonGenerator json, GpuRow row, GpuResults results) throws IOException {
    GpuProblem problem = row.problem();
    json.writeStartObject();
    json.writeStringField("op", problem.operation().label());
    json.writeStringField("direction", problem.direction().label());
    json.writeStringField("type", problem.typeLabel());
    json.writeNumberField("count", problem.count());
    json.writeNumberField("b", problem.shape().b());
    json.writeNumberField("d", problem.shape().d());
    json.writeStringField("impl", row.contender().label());
    json.writeNumberField("ms", row.ms());
    json.writeNumberField("lowerMs", row.timing().lower() * GpuRow.MILLI);
    json.writeNumberField("upperMs", row.timing().upper() * GpuRow.MILLI);
    json.writeNumberField("batches", row.timing().batches());
    json.writeNumberField("calls", row.timing().calls());
    JsonReport.numberOrNull(json, "floorMs", results.floor(problem));
    JsonReport.numberOrNull(json, "shareOfFloor", results.shareOfFloor(row));
    JsonReport.numberOrNull(json, "ratio", results.ratio(row));
    JsonReport.errors(json, row.accuracy());
    json.writeEndObject();
  }
}
