/** Holds one class, under the name by which hardwood looks for it; see there. */
@NullMarked
package org.xerial.snappy;

import org.jspecify.annotations.NullMarked;
