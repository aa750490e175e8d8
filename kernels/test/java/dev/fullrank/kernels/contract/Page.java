package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The kernels that a contract page describes, each under a heading {@code ## name_E_T (parameters)}. */
record Page(List<Contract> contracts) {
  private static final Pattern HEADING = Pattern.compile("^## ([a-z_]+?)((?:_[ETO])*) \\((.*)\\)$", Pattern.MULTILINE);
  private static final Pattern ITEM = Pattern.compile("^- \\*(.+?)\\*: ", Pattern.MULTILINE);

  Page {
    contracts = List.copyOf(contracts);
  }

  /**
   * What is said of a kernel.
   *
   * @param name without types
   * @param types letters that stand for types, each after an underscore
   * @param parameters their names, in order
   * @param text up to the next heading
   */
  record Contract(String name, String types, List<String> parameters, String text) {
    Contract {
      parameters = List.copyOf(parameters);
    }

    /** The names of its entries. */
    List<String> entries() {
      Stream<String> names = Stream.of(name);
      for (int i = 1; i < types.length(); i += 2) {
        List<Element> elements = types.charAt(i) == 'T' ? Element.COMPUTED : Element.ALL;
        names = names.flatMap(n -> elements.stream().map(e -> n + e.suffix()));
      }
      return names.toList();
    }

    /** What is said under points whose name has this word, or nothing. */
    String item(String word) {
      Matcher items = ITEM.matcher(text);
      StringBuilder said = new StringBuilder();
      while (items.find()) {
        if (items.group(1).toLowerCase(Locale.ROOT).contains(word)) {
          int from = items.end();
          int end = text.indexOf("\n- *", from);
          said.append(text, from, end < 0 ? text.length() : end).append('\n');
        }
      }
      return said.toString().replaceAll("\\s+", " ");
    }
  }

  static Page of(String markdown) {
    List<MatchResult> headings = HEADING.matcher(markdown).results().toList();
    List<Contract> contracts = new ArrayList<>();
    for (int i = 0; i < headings.size(); i++) {
      MatchResult h = headings.get(i);
      String text = markdown.substring(h.end(), i + 1 < headings.size() ? headings.get(i + 1).start() : markdown.length());
      contracts.add(new Contract(h.group(1), h.group(2), List.of(h.group(3).split(", ")), text));
    }
    return new Page(contracts);
  }
}
