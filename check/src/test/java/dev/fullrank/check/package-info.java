/** Tests of the library through its public interface, and of the suite itself. */
@NullMarked
package dev.fullrank.check;

import org.jspecify.annotations.NullMarked;
