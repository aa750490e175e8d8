@NullMarked
package dev.fullrank.cli.format;

import org.jspecify.annotations.NullMarked;
