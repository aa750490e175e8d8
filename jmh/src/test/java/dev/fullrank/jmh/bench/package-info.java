@NullMarked
package dev.fullrank.jmh.bench;

import org.jspecify.annotations.NullMarked;
