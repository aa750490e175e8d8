package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mistake, made on purpose in the text of one kernel.
 *
 * @param kernel the entry
 * @param pattern what is replaced in its body
 * @param occurrence which of the matches, from 0 on
 * @param replacement what comes there, with $1 for the first group
 */
record Alteration(String kernel, String pattern, int occurrence, String replacement) {
  private static final String ENTRY = ".visible .entry ";
  private static final String END = "\n}\n";

  /** A capital letter by itself stands for a register or a label. */
  private static final Pattern VARIABLE = Pattern.compile("\\b[A-Z]\\b");

  private static final String NAME = "([%$]\\w+)";

  /**
   * An alteration in the language of PTX, where capital letters stand for registers and labels, the same letter for the same one:
   * {@code mul.rn.f64 A, B, B;} is a square. $0 in the replacement is what it replaces.
   */
  static Alteration of(String kernel, String instruction, int occurrence, String replacement) {
    List<String> variables = new ArrayList<>();
    String literal = instruction.replaceAll("[.\\[\\]+|{}]", "\\\\$0").replaceAll("\\s+", "\\\\s+");
    String pattern = VARIABLE.matcher(literal).replaceAll(variable -> reference("\\", variables, variable));
    String template = VARIABLE.matcher(replacement).replaceAll(variable -> reference("$", variables, variable));
    return new Alteration(kernel, pattern, occurrence, template);
  }

  /** What stands for a variable: any name at first, then that one again. */
  private static String reference(String prefix, List<String> seen, MatchResult variable) {
    int known = seen.indexOf(variable.group());
    if (known < 0) {
      seen.add(variable.group());
    }
    return Matcher.quoteReplacement(known < 0 ? NAME : prefix + (known + 1));
  }

  /** A module with the altered entry alone. */
  String text() {
    String module = KernelFolder.ptx().values().stream().filter(text -> text.contains(head())).findFirst().orElseThrow();
    String header = module.substring(0, module.indexOf(ENTRY));
    int start = module.indexOf(head());
    return header + altered(module.substring(start, module.indexOf(END, start) + END.length()));
  }

  private String head() {
    return ENTRY + kernel + "(";
  }

  private String altered(String entry) {
    Matcher matcher = Pattern.compile(pattern).matcher(entry);
    for (int n = 0; matcher.find(); n++) {
      if (n == occurrence) {
        StringBuilder text = new StringBuilder();
        Matcher at = Pattern.compile(pattern).matcher(entry).region(matcher.start(), entry.length());
        if (at.find()) {
          at.appendReplacement(text, replacement);
          at.appendTail(text);
        }
        return text.toString();
      }
    }
    throw new IllegalArgumentException(kernel + " has no match " + occurrence + " of " + pattern);
  }
}
