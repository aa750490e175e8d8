@NullMarked
package org.xerial.snappy;

import org.jspecify.annotations.NullMarked;
