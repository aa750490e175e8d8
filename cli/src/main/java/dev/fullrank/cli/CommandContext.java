package dev.fullrank.cli;

import java.io.PrintStream;
import java.time.Clock;

/**
 * What a command works with.
 *
 * @param out for what was asked for
 * @param err for errors and progress
 * @param screen what {@code out} can show
 * @param clock for the date on a page
 */
record CommandContext(PrintStream out, PrintStream err, Screen screen, Clock clock) {}
