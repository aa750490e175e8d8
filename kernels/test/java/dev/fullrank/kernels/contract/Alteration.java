package dev.fullrank.kernels.contract;

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
