package dev.fullrank.cuda;

/**
 * Where on the device a root of a Gram matrix lies, and what is asked of it.
 *
 * @param g G, k×k
 * @param z Z, k×k
 * @param scale α, 1/α and 1/α²
 * @param sums the five sums of {@link PolarSums}
 * @param w the probes, k×4
 * @param zw Z·w
 * @param mw Z·G·Z·w
 * @param residuals the squared norms of Z·(YᵀY)·Z·w − Z·G·Z·w
 */
record RootPlaces(long g, long z, long scale, long sums, long w, long zw, long mw, long residuals) {}
