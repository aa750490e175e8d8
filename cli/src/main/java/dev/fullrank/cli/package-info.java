/** The {@code fullrank} command: {@link dev.fullrank.cli.Main} is where it begins. */
@NullMarked
package dev.fullrank.cli;

import org.jspecify.annotations.NullMarked;
