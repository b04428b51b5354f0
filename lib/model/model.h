#ifndef SRS_MODEL_H
#define SRS_MODEL_H

/*
 * model.h -- the model file: what all trained models share.
 *
 * A safetensors file with metadata srs.kind = model, srs.method, srs.format,
 * the hyperparameters under their option names and the training summary
 * ("summary.epochs", ...), and the tensors user_ids and item_ids beside the
 * method's own.  See srs-model(5).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "data/idmap.h"
#include "io/safetensors.h"
#include "linalg/csr.h"
#include "linalg/mat.h"

enum { MODEL_FORMAT = 1 };

/* --- writing ------------------------------------------------------------ */

/* A writer with kind, method and format set. */
struct st_writer *model_writer(const char *method);

/* Id lists; a model without per-user state stores no users. */
void model_put_ids(struct st_writer *, const char *name,
    const struct idmap *);
void model_put_mat(struct st_writer *, const char *name, const struct mat *);
void model_put_vec(struct st_writer *, const char *name, const float *x,
    size_t n);

/* NAME.indptr I64, NAME.indices I32, NAME.values F32, NAME.shape I64.  The
 * matrix must stay until the file is written. */
void model_put_csr(struct st_writer *, const char *name, const struct csr *);

/* Numbers are written so that they read back the same. */
void model_put_real(struct st_writer *, const char *key, double x);
void model_put_size(struct st_writer *, const char *key, size_t n);

/* --- reading ------------------------------------------------------------ */

/* Opens a file and checks kind and format.  NULL after a message. */
struct st_file *model_open(const char *path);
const char *model_method(const struct st_file *);

/* Each checks and returns a new object (views point into the file), or
 * NULL / -1 after a message.  SIZE_MAX: any size. */
struct idmap *model_ids(const struct st_file *, const char *name);
int model_mat(const struct st_file *, const char *name, size_t rows,
    size_t cols, struct mat *view) SRS_MUST_CHECK;
const float *model_vec(const struct st_file *, const char *name, size_t n);

/* A view: indices are checked to be < cols and indptr to ascend; only
 * csr->indptr .. values point into the file: do not release. */
int model_csr(const struct st_file *, const char *name, size_t rows,
    size_t cols, struct csr *view) SRS_MUST_CHECK;
int model_real(const struct st_file *, const char *key, double *out)
    SRS_MUST_CHECK;
int model_size(const struct st_file *, const char *key, size_t *out)
    SRS_MUST_CHECK;

#endif
