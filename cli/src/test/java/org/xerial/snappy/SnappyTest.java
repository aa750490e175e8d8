package org.xerial.snappy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnappyTest {
  private static final long SEED = 4;
  private static final byte CANARY = 0x5a;
  private static final int MARGIN = 64;

  /** 880 bytes of {@link #text} as the C++ library compresses them: literals, near and far copies. */
  private static final String COMPRESSED = "f0065474686520717569636b2062726f776e20666f782030204e1600003152160000"
      + "325216000033521600003452160000355216000036521600fe9a00fe9a00fe9a00fe9a00fe9a00fe9a00fe9a00fe9a00fe9a00fe9a00ee9a00099a";

  private static String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append("the quick brown fox ").append(i % 7).append(' ');
    }
    return text.toString();
  }

  /** Decompresses from and into the middle of larger direct buffers, and looks at what lies around the output. */
  private static byte[] uncompress(byte[] compressed, int room) throws IOException {
    ByteBuffer in = ByteBuffer.allocateDirect(compressed.length + 2 * MARGIN);
    in.position(MARGIN).put(compressed).flip().position(MARGIN);
    ByteBuffer out = ByteBuffer.allocateDirect(room + 2 * MARGIN);
    while (out.hasRemaining()) {
      out.put(CANARY);
    }
    out.position(MARGIN).limit(MARGIN + room);
    try {
      byte[] result = new byte[Snappy.uncompress(in, out)];
      out.get(MARGIN, result);
      return result;
    } finally {
      assertThat(out.position()).isEqualTo(MARGIN);
      out.clear();
      for (int i = 0; i < MARGIN; i++) {
        assertThat(out.get(i)).isEqualTo(CANARY);
        assertThat(out.get(out.capacity() - 1 - i)).isEqualTo(CANARY);
      }
    }
  }

  @Test
  void readsWhatTheReferenceWrites() throws IOException {
    byte[] result = uncompress(HexFormat.of().parseHex(COMPRESSED), 1000);
    assertThat(new String(result, StandardCharsets.US_ASCII)).isEqualTo(text());
  }

  @Test
  void readsEachKindOfElement() throws IOException {
    // literal abc; near copy of 4 from 3 back; copies of 2 from 7 back with 2 and with 4 bytes of distance; a run of 5
    String data = "10" + "08616263" + "0103" + "060700" + "0707000000" + "0501";
    assertThat(uncompress(HexFormat.of().parseHex(data), 100)).asString(StandardCharsets.US_ASCII).isEqualTo("abcabcaabcaaaaaa");
  }

  @Test
  void readsLiteralsOfEveryLengthField() throws IOException {
    for (int lengthBytes = 1; lengthBytes <= 4; lengthBytes++) {
      byte[] compressed = new byte[1 + 1 + lengthBytes + 100];
      compressed[0] = 100;
      compressed[1] = (byte) ((59 + lengthBytes) << 2);
      compressed[2] = 99;
      compressed[compressed.length - 1] = 7;
      assertThat(uncompress(compressed, 100)).hasSize(100).endsWith(7);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "more than there is room for, e80700",
    "4 GiB, ffffffff0f00",
    "endless length, ffffffffffffff",
    "nothing, ''",
    "ends early, 05006100",
    "literal beyond the input, 050c61",
    "literal of 4 GiB, 05fcffffffff61",
    "copy from before the start, 0600610502",
    "copy of distance 0, 0600610500",
    "copy beyond the output, 020061fe0100",
    "distance cut off, 06006106",
  })
  void refuses(String what, String hex) {
    assertThatThrownBy(() -> uncompress(HexFormat.of().parseHex(hex), 100)).as(what).isInstanceOf(IOException.class);
  }

  @Test
  void noMutantWritesElsewhere() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    byte[] valid = HexFormat.of().parseHex(COMPRESSED);
    int refused = 0;
    for (int mutant = 0; mutant < 5000; mutant++) {
      byte[] mutated = valid.clone();
      for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(uncompress(mutated, 880)).hasSizeLessThanOrEqualTo(880); // looks at the canaries
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", SEED).isPositive();
  }
}
