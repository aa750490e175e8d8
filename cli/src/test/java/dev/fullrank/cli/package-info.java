@NullMarked
package dev.fullrank.cli;

import org.jspecify.annotations.NullMarked;
