/**
 * What runs on a machine with a GPU and says whether the library is right and fast there: {@code kernels/on-gpu} packs it together with
 * a Java runtime. {@code fullrank bench} measures by what is public here.
 */
@NullMarked
package dev.fullrank.kernels.gpu;

import org.jspecify.annotations.NullMarked;
