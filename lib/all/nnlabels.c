#include <math.h>
#include <stdlib.h>

#include "all/nnlabels.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/readscores.h"
#include "io/rows.h"

enum { CLASSES = 65536 };

/* --- weights of classes --------------------------------------------------- */

/* How many examples there are of each class; 0, or -1 after a message. */
static int
count_classes(const float *label, size_t n, size_t count[CLASSES])
{
	for (size_t i = 0; i < n; i++) {
		const float class = floorf(label[i]);

		if (!(label[i] >= 0 && label[i] < CLASSES) ||
		    class < label[i])
			return err_msg("--class-weight: label %g is no class",
			    (double)label[i]);
		count[(size_t)class]++;
	}
	return 0;
}

static void
balance(const size_t count[CLASSES], size_t n, double weight[CLASSES])
{
	size_t classes = 0;

	for (size_t c = 0; c < CLASSES; c++)
		classes += count[c] > 0;
	for (size_t c = 0; c < CLASSES; c++)
		if (count[c] > 0)
			weight[c] = (double)n / ((double)classes *
			    (double)count[c]);
}

/* From a list, which must have a number for each class that there is. */
static int
parse(const char *text, const size_t count[CLASSES], double weight[CLASSES])
{
	struct span rest = span_of(text);
	size_t n = 0;

	while (rest.p != NULL) {
		const struct span part = span_cut(&rest, ',');

		if (n == CLASSES || num_real(part, &weight[n]) != 0 ||
		    weight[n] < 0)
			return err_msg("--class-weight '%s': '%.*s' is not a "
			    "weight", text, SPAN_ARGS(part));
		n++;
	}
	for (; n < CLASSES; n++)
		if (count[n] > 0)
			return err_msg("--class-weight '%s': class %zu has no "
			    "weight", text, n);
	return 0;
}

float *
nnlabels_weights(const char *text, const float *label, size_t n)
{
	size_t *count = mem_array("classes", CLASSES, sizeof *count);
	double *weight = mem_array("classes", CLASSES, sizeof *weight);
	float *out = NULL;
	int status = count_classes(label, n, count);

	if (status == 0 && span_is(span_of(text), "balanced"))
		balance(count, n, weight);
	else if (status == 0)
		status = parse(text, count, weight);
	if (status == 0) {
		out = mem_array("weights", n, sizeof *out);
		for (size_t i = 0; i < n; i++)
			out[i] = (float)weight[(size_t)label[i]];
	}
	free(count);
	free(weight);
	return out;
}

/* --- a teacher of rows ---------------------------------------------------- */

static int
is_probability(double x)
{
	return x >= 0 && x <= 1;
}

static int
read_score(const struct rows *r, int at, double *score)
{
	if (rows_real(r, at, score) != 0)
		return -1;
	return is_probability(*score) ? 0 : rows_error(r, at,
	    "%g is not from 0 to 1", *score);
}

/* How a row is learnt from: its number, and what it is given. */
struct lesson {
	double weight;
	float *label;			/* (n) of nnlabels_teach(), or NULL */
	const float *class;		/* (n) of nnlabels_shares(), or NULL */
	float *shares;			/* (n, n_classes) */
	int *at;			/* (n_classes) columns; of 0 and 1 one
					 * column, of label one */
	size_t n_classes;
	int is_binary;
};

static int
teach_label(const struct lesson *l, const struct rows *r, size_t i)
{
	float *label = &l->label[i];
	double score;

	if (read_score(r, l->at[0], &score) != 0)
		return -1;
	if (!is_probability((double)*label))
		return rows_error(r, l->at[0],
		    "--teacher is for labels 0 and 1");
	*label = (float)((1 - l->weight) * (double)*label +
	    l->weight * score);
	return 0;
}

static int
teach_shares(const struct lesson *l, const struct rows *r, size_t i)
{
	enum { THOUSANDTHS = 1000 };
	float *share = l->shares + i * l->n_classes;
	double score, sum = 0;

	for (size_t c = 0; c < l->n_classes; c++) {
		if (l->is_binary && c == 0)
			continue;
		if (read_score(r, l->at[c], &score) != 0)
			return -1;
		share[c] = (float)(l->weight * score);
		sum += score;
	}
	if (l->is_binary)
		share[0] = (float)(l->weight * (1 - sum));
	else if (fabs(sum - 1) * THOUSANDTHS > 1)
		return rows_error(r, l->at[0], "scores of all classes are %g, "
		    "not 1", sum);
	share[(size_t)l->class[i]] += (float)(1 - l->weight);
	return 0;
}

static int
teach_all(const struct lesson *l, struct rows *r, const char *path, size_t n)
{
	size_t done = 0;
	int got;

	while ((got = rows_next(r)) > 0) {
		if (done < n && (l->label != NULL ? teach_label(l, r, done) :
		    teach_shares(l, r, done)) != 0)
			return -1;
		done++;
	}
	if (got == 0 && done != n)
		return err_msg("%s: %zu rows, but there are %zu to learn from",
		    path, done, n);
	return got;
}

int
nnlabels_teach(const char *path, double weight, float *label, size_t n)
{
	struct rows *r = rows_open(path, &(struct rows_format){
	    .kind = ROWS_TSV });
	int at = r != NULL ? rows_column(r, "score") : -1;
	const struct lesson l = { .weight = weight, .label = label,
		.at = &at };
	const int status = at >= 0 ? teach_all(&l, r, path, n) : -1;

	rows_close(r);
	return status;
}

/* Of classes 0 and 1 there may be one score. */
static int
is_one_score(const struct rows *r, const struct idmap *classes)
{
	return idmap_count(classes) == 2 &&
	    span_is(idmap_name(classes, 0), "0") &&
	    span_is(idmap_name(classes, 1), "1") &&
	    rows_find(r, "score.0") < 0;
}

/* Where the score of each class stands. */
static int
find_scores(struct lesson *l, const struct rows *r,
    const struct idmap *classes)
{
	struct buf name = BUF_EMPTY;
	int status = 0;

	for (uint32_t c = 0; status == 0 && c < l->n_classes; c++) {
		name.n = 0;
		buf_format(&name, l->is_binary ? "score" : "score.%.*s",
		    SPAN_ARGS(idmap_name(classes, c)));
		l->at[c] = rows_column(r, buf_cstr(&name));
		status = l->at[c] < 0 ? -1 : 0;
	}
	buf_release(&name);
	return status;
}

float *
nnlabels_shares(const char *path, double weight, const struct idmap *classes,
    const float *label, size_t n)
{
	const size_t k = idmap_count(classes);
	struct lesson l = { .weight = weight, .class = label,
		.n_classes = k };
	struct rows *r = rows_open(path, &(struct rows_format){
	    .kind = ROWS_TSV });
	int status = -1;

	l.is_binary = r != NULL && is_one_score(r, classes);
	l.at = mem_array("classes", k, sizeof *l.at);
	l.shares = mem_array("what is learnt", n, k * sizeof *l.shares);
	if (r != NULL && find_scores(&l, r, classes) == 0)
		status = teach_all(&l, r, path, n);
	rows_close(r);
	free(l.at);
	if (status == 0)
		return l.shares;
	free(l.shares);
	return NULL;
}

/* --- a teacher of pairs --------------------------------------------------- */

struct names {
	struct idmap *users, *items;
};

/* Those of the data's ids into `to`; how many others there are. */
static uint64_t
take_scores(const struct scored *s, const struct names *names,
    struct inter *to)
{
	uint64_t others = 0;

	for (uint32_t u = 0; u < scored_users(s); u++) {
		const uint32_t user = idmap_find(to->users,
		    idmap_name(names->users, u));
		const struct scored_item *item;
		size_t n;

		item = scored_of(s, u, &n);
		for (size_t k = 0; k < n; k++) {
			const uint32_t i = idmap_find(to->items,
			    idmap_name(names->items, item[k].item));

			if (user == IDMAP_NONE || i == IDMAP_NONE)
				others++;
			else
				inter_add(to, user, i, (float)item[k].value,
				    0);
		}
	}
	return others;
}

int
nnlabels_teacher(const char *path, const struct inter *data,
    const struct train *train, struct csr *out)
{
	struct names names = { idmap_new(), idmap_new() };
	struct inter *known = inter_new(data->users, data->items, 0, 0);
	struct scored *s = readscores(path, &(struct readscores){
	    .column = NULL }, names.users, names.items);
	int status = s != NULL ? 0 : -1;

	if (s != NULL) {
		const uint64_t others = take_scores(s, &names, known);

		inter_finish(known);
		inter_matrix(known, CSR_LAST, out);
		train_note(train, "%s: scores of %ju pairs; %ju of other "
		    "users or items", path, (uintmax_t)csr_count(out),
		    (uintmax_t)others);
	}
	if (s != NULL && csr_count(out) == 0)
		status = err_msg("%s: no score is of a user and an item of "
		    "the data", path);
	scored_free(s);
	inter_free(known);
	idmap_free(names.users);
	idmap_free(names.items);
	return status;
}
