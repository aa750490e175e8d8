package dev.fullrank;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Properties;

/** Real embeddings, 200×64, and what NumPy finds in them. */
final class Embeddings {
  static final int ROWS = 200;
  static final int COLUMNS = 64;

  private static final Properties ORACLE = load();

  private Embeddings() {}

  /** The rows of {@code contrastive} or {@code svmax}. */
  static float[] values(String name) {
    float[] values = new float[ROWS * COLUMNS];
    try (InputStream in = open("fashion-mnist-" + name + "-200x64.f32")) {
      ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return values;
  }

  /** The numbers under a key such as {@code svmax.raw.std}. */
  static double[] oracle(String key) {
    String text = Objects.requireNonNull(ORACLE.getProperty(key), key);
    return Arrays.stream(text.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(Embeddings.class.getResourceAsStream("embeddings/" + name), name);
  }

  private static Properties load() {
    Properties oracle = new Properties();
    try (InputStream in = open("oracle.properties")) {
      oracle.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return oracle;
  }
}
