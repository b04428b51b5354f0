#include <math.h>
#include <stdlib.h>

#include "all/families.h"
#include "all/info.h"
#include "base/choice.h"
#include "base/mem.h"
#include "fuse/fuse.h"
#include "io/npy.h"
#include "linalg/vec.h"
#include "model/model.h"

static int
describe_npy(struct in *in, struct facts *f)
{
	struct mat m = { NULL, 0, 0 };
	double sum = 0, square = 0;
	float least = INFINITY, most = -INFINITY;
	size_t n, zeros = 0;

	if (npy_read(in, &m) != 0)
		return -1;
	n = m.rows * m.cols;
	for (size_t i = 0; i < n; i++) {
		least = fminf(least, m.x[i]);
		most = fmaxf(most, m.x[i]);
		sum += (double)m.x[i];
		square += (double)m.x[i] * (double)m.x[i];
		zeros += m.x[i] == 0;
	}
	facts_add(f, "kind", "npy matrix");
	facts_add(f, "rows", "%zu", m.rows);
	facts_add(f, "columns", "%zu", m.cols);
	if (n > 0) {
		facts_add(f, "min", "%.6g", (double)least);
		facts_add(f, "mean", "%.6g", sum / (double)n);
		facts_add(f, "max", "%.6g", (double)most);
		facts_add(f, "zeros", "%zu", zeros);
		facts_add(f, "row_norm", "%.6g",
		    sqrt(square / (double)m.rows));
	}
	mat_release(&m);
	return 0;
}

/* A model of a method that we know is loaded as for scoring: its family's
 * own checks are the sharpest. */
static int
check_model(const char *path, const struct st_file *f)
{
	const char *kind = st_meta(f, "srs.kind");
	const char *method = st_meta(f, "srs.method");
	const struct family *const *family = all_families;
	struct scorer *s;

	if (kind == NULL || strcmp(kind, "model") != 0 || method == NULL ||
	    strcmp(path, "-") == 0)
		return 0;
	while (*family != NULL &&
	    choice_find((*family)->choice, span_of(method)) == NULL)
		family++;
	if (*family == NULL)
		return 0;
	s = scorer_open(all_families, path);
	scorer_free(s);
	return s != NULL ? 0 : -1;
}

static int
is_fusion(const struct st_file *f)
{
	const char *kind = st_meta(f, "srs.kind");

	return kind != NULL && strcmp(kind, "fusion") == 0;
}

/* The systems and what they weigh, by the reader that srs-fuse uses. */
static int
describe_fusion(const struct st_file *st, struct facts *facts)
{
	struct fusion *f = fusion_from(st);

	if (f == NULL)
		return -1;
	facts_table(facts, "system", "weight", f->metric, NULL);
	for (size_t i = 0; i < f->n; i++) {
		facts_row(facts, span_of(f->name[i]));
		facts_cell(facts, "%.6g", f->weight[i]);
		if (f->metric != NULL)
			facts_cell(facts, "%.6g", f->alone[i]);
	}
	fusion_free(f);
	return 0;
}

static int
describe_tensors(const char *path, struct in *in, struct facts *f)
{
	struct st_file *st = in_is_gzip(in) || strcmp(path, "-") == 0 ?
	    st_open_in(in) : st_open(path);
	int status = -1;

	if (st != NULL && infotensors_describe(st, f) == 0)
		status = is_fusion(st) ? describe_fusion(st, f) :
		    check_model(path, st);
	st_close(st);
	return status;
}

int
info_file(const char *path, struct tick *tick, struct facts *f)
{
	struct in *in = in_open(path);
	enum in_kind kind;
	int status = -1;

	if (in == NULL)
		return -1;
	if (in_sniff(in, &kind) != 0)
		goto done;
	facts_add(f, "file", "%s", in_name(in));
	facts_add(f, "compression", "%s", in_is_gzip(in) ? "gzip" : "none");
	if (kind == IN_TEXT)
		return infotable_describe(in, tick, f);
	in_set_tick(in, tick);
	status = kind == IN_NPY ? describe_npy(in, f) :
	    describe_tensors(path, in, f);
done:
	in_close(in);
	return status;
}

const char *
info_id_problem(struct span text)
{
	if (text.n > 0 && text.p[text.n - 1] != '\n')
		return "does not end in a newline";
	for (size_t i = 0; i < text.n; i++) {
		const char c = text.p[i];

		if (c == '\n' && (i == 0 || text.p[i - 1] == '\n'))
			return "has an empty id";
		if (c == '\t' || c == '\r' || c == '\0')
			return "has an id with a TAB, CR or NUL in it";
	}
	return NULL;
}

int
info_ids(const char *path, const char *name, struct buf *b)
{
	struct st_file *f = st_open(path);
	const struct st_tensor *t;
	int status = -1;

	if (f == NULL)
		return -1;
	t = st_want(f, name, ST_U8, (size_t[]){ SIZE_MAX }, 1);
	if (t != NULL) {
		const struct span text = { t->data, t->count };
		const char *problem = info_id_problem(text);

		status = problem == NULL ? 0 : err_msg("%s: tensor '%s' %s",
		    path, name, problem);
		if (status == 0)
			buf_span(b, text);
	}
	st_close(f);
	return status;
}
