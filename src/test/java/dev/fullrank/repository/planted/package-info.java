/** A miniature of the library in which each class breaks a rule of the architecture, to show that the rule can fail. */
@NullMarked
package dev.fullrank.repository.planted;

import org.jspecify.annotations.NullMarked;
