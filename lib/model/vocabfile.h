#ifndef SRS_VOCABFILE_H
#define SRS_VOCABFILE_H

/*
 * vocabfile.h -- a vocabulary in a model file: tensors field_names, field_kind
 * U8 (token, token_seq, float), field_mean and field_scale F32, feature_ids
 * and, of a libfm text, feature_field U16; metadata "input" (libfm or table)
 * and "hash-bits".
 */

#include "data/vocabulary.h"
#include "model/model.h"

/* The vocabulary must stay until the file is written. */
void vocabfile_put(struct st_writer *, const struct vocabulary *);

/* NULL after a message. */
struct vocabulary *vocabfile_get(const struct st_file *);

#endif
