package dev.fullrank.cli.format;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;

/** NumPy's {@code .npy}: mapped where it lies, in either order of elements and of bytes. */
final class NpyFormat {
  private NpyFormat() {}

  static EmbeddingFile open(Source source) throws EmbeddingFileException {
    source.refuseMember();
    try (FileChannel channel = source.open()) {
      NpyHeader header = NpyHeader.read(Channels.newInputStream(channel), source);
      long available = source.size() - header.length();
      if (available != header.dataLength()) {
        throw source.damaged(
            "promises " + header.layout().rows() + "×" + header.layout().columns() + " " + header.layout().type() + " in "
                + header.dataLength() + " bytes and holds " + available);
      }
      return MappedRows.map(
          source, channel, header.describe("NumPy .npy"), header.layout(), header.length(), header.dataLength(),
          MappedRows.RowCheck.NONE);
    } catch (IOException e) {
      throw source.explain(e);
    }
  }
}
