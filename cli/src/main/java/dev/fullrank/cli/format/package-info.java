/**
 * Readers of embedding files: one class a format, each of which turns a file into blocks of rows.
 *
 * <p>Files are taken for hostile. Nothing in a header is believed until it has been held against the size of the file, nothing is
 * deserialised, and whatever is wrong comes out as an {@link dev.fullrank.cli.format.EmbeddingFileException} of one line.
 */
@NullMarked
package dev.fullrank.cli.format;

import org.jspecify.annotations.NullMarked;
