#ifndef SRS_SEQCUT_H
#define SRS_SEQCUT_H

/*
 * seqcut.h -- histories cut into pieces that a network of sequences can read,
 * so that it learns from all of a history that is longer than its limit.
 *
 * Of a history of n + 1 items, n are targets: each is to be told from what is
 * before it.  They are cut into as few pieces of at most `length` as there can
 * be, every target in one of them; where the first piece ends is drawn anew in
 * each epoch, or the same targets would always have little before them.
 */

#include <stddef.h>
#include <stdint.h>

/* Targets from .. to - 1 of a history, of 0 .. n - 1: what is read for them is
 * its items from .. to - 1, they are its items from + 1 .. to. */
struct seqcut {
	size_t from, to;
};

/* The pieces of n targets; 0 of none. */
size_t seqcut_pieces(size_t n, size_t length);

/* Piece number i < seqcut_pieces(), the oldest one first.  A user's pieces of
 * an epoch need the same seed. */
struct seqcut seqcut_piece(size_t n, size_t length, size_t i, uint64_t seed,
    size_t epoch, uint32_t user);

#endif
