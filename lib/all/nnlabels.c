#include <math.h>
#include <stdlib.h>

#include "all/nnlabels.h"
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
teach_row(const struct rows *r, int at, double weight, float *label)
{
	double score;

	if (rows_real(r, at, &score) != 0)
		return -1;
	if (!is_probability(score))
		return rows_error(r, at, "%g is not from 0 to 1", score);
	if (!is_probability((double)*label))
		return rows_error(r, at, "--teacher is for labels 0 and 1");
	*label = (float)((1 - weight) * (double)*label + weight * score);
	return 0;
}

int
nnlabels_teach(const char *path, double weight, float *label, size_t n)
{
	struct rows *r = rows_open(path, &(struct rows_format){
	    .kind = ROWS_TSV });
	const int at = r != NULL ? rows_column(r, "score") : -1;
	size_t done = 0;
	int got = -1;

	while (at >= 0 && (got = rows_next(r)) > 0) {
		if (done < n && teach_row(r, at, weight, &label[done]) != 0) {
			got = -1;
			break;
		}
		done++;
	}
	if (got == 0 && done != n)
		got = err_msg("%s: %zu rows, but there are %zu to learn from",
		    path, done, n);
	rows_close(r);
	return got;
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

	if (s != NULL) {
		const uint64_t others = take_scores(s, &names, known);

		inter_finish(known);
		inter_matrix(known, CSR_LAST, out);
		train_note(train, "%s: scores of %ju pairs; %ju of other "
		    "users or items", path, (uintmax_t)csr_count(out),
		    (uintmax_t)others);
	}
	scored_free(s);
	inter_free(known);
	idmap_free(names.users);
	idmap_free(names.items);
	return s != NULL ? 0 : -1;
}
