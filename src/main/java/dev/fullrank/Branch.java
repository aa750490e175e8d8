package dev.fullrank;

/** One of the two views whose embeddings are compared. */
public enum Branch {
  /** The branch of z1. */
  FIRST,
  /** The branch of z2. */
  SECOND
}
