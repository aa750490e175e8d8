package dev.fullrank.repository.planted;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;

/** Java deserialisation. */
final class Deserialises {
  private Deserialises() {}

  @SuppressWarnings("BanSerializableRead")
  static Object read(InputStream in) throws IOException, ClassNotFoundException {
    return new ObjectInputStream(in).readObject();
  }
}
