package dev.fullrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README names the commands and options that there are. */
class ReadmeCommandsTest {
  private static final Pattern COMMAND = Pattern.compile("^\\./fullrank (\\w+)", Pattern.MULTILINE);
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");
  private static final Pattern TABLE = Pattern.compile("Options of `report`:\n\n(.*?)\n\n", Pattern.DOTALL);

  private final String readme = Files.readString(root().resolve("README.md"));

  ReadmeCommandsTest() throws IOException {}

  @Test
  void eachCommandExists() {
    Set<String> commands = COMMAND.matcher(readme).results().map(match -> match.group(1)).collect(Collectors.toCollection(TreeSet::new));
    assertThat(commands).contains("report", "demo");
    commands.remove("bench"); // the launcher's way into another module, which tests it
    for (String command : commands) {
      assertThat(Cli.run(command, "--help").out()).as(command).contains("fullrank " + command);
    }
  }

  @Test
  void theTableOfOptionsIsThatOfReport() {
    Set<String> offered = options(Cli.run("report", "--help").out());
    offered.removeAll(Set.of("--help", "--version"));
    String table = TABLE.matcher(readme).results().map(match -> match.group(1)).collect(Collectors.joining());
    assertThat(options(table)).isEqualTo(offered);
  }

  private static Set<String> options(String text) {
    return OPTION.matcher(text).results().map(match -> match.group()).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(folder.resolve("README.md"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("no README.md above " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }
}
