/** What of the library on a GPU the API does not reach at sizes that the stand-in driver can afford. */
@NullMarked
package dev.fullrank.cuda;

import org.jspecify.annotations.NullMarked;
