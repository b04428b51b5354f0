#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "all/scorebatch.h"
#include "base/mem.h"
#include "base/par.h"

enum {
	ROWS = SCOREBATCH_ROWS,
	PIECE = 2048,
	PIECES = (ROWS + PIECE - 1) / PIECE,
	NUMBERS_MAX = 16 << 20,	/* features of a batch: 64 MiB */
	TEXT_MAX = 32 << 20	/* bytes of rows, but for the last one */
};

void
scorebatch_init(struct scorebatch *b, const struct scorer *s,
    enum scorebatch_missing missing)
{
	*b = (struct scorebatch){ .scorer = s, .missing = missing };
	b->text = BUF_EMPTY;
	b->outputs = scorer_outputs(s);
	b->room = b->outputs > NUMBERS_MAX / ROWS ?
	    b->outputs < NUMBERS_MAX ? NUMBERS_MAX / b->outputs : 1 : ROWS;
	b->end = mem_array("rows", ROWS, sizeof *b->end);
	b->score = mem_array("scores", b->room,
	    b->outputs * sizeof *b->score);
	b->bad = mem_array("scores", PIECES, sizeof *b->bad);
	b->out = mem_array("rows", PIECES, sizeof *b->out);
	for (size_t i = 0; i < PIECES; i++)
		b->out[i] = BUF_EMPTY;
	b->worst = mem_array("scores", par_threads(), sizeof *b->worst);
	if (s->features != NULL) {
		const size_t n = idmap_count(s->features);
		const size_t room = n < NUMBERS_MAX ? NUMBERS_MAX / n : 1;

		b->room = room < b->room ? room : b->room;
		b->features.names = s->features;
		mat_init(&b->features.x, "features", b->room, n);
		return;
	}
	if (s->vocabulary != NULL)
		return;
	b->users = mem_array("rows", ROWS, sizeof *b->users);
	b->items = mem_array("rows", ROWS, sizeof *b->items);
	if (scorer_knows_time(s))
		b->times = mem_array("rows", ROWS, sizeof *b->times);
	b->least = mem_array("users", idmap_count(s->users),
	    sizeof *b->least);
	for (size_t u = 0; u < idmap_count(s->users); u++)
		b->least[u] = NAN;
}

void
scorebatch_release(struct scorebatch *b)
{
	for (size_t i = 0; b->out != NULL && i < PIECES; i++)
		buf_release(&b->out[i]);
	for (size_t i = 0; b->worst != NULL && i < par_threads(); i++)
		free(b->worst[i]);
	if (b->features.names != NULL)
		mat_release(&b->features.x);
	examples_release(&b->examples);
	buf_release(&b->text);
	free(b->end);
	free(b->users);
	free(b->items);
	free(b->times);
	free(b->score);
	free(b->worst);
	free(b->least);
	free(b->bad);
	free(b->out);
}

int
scorebatch_is_full(const struct scorebatch *b)
{
	return b->n == b->room || b->text.n >= TEXT_MAX ||
	    examples_entries(&b->examples) >= NUMBERS_MAX;
}

static void
add_row(struct scorebatch *b, struct span row)
{
	assert(!scorebatch_is_full(b));
	buf_span(&b->text, row);
	b->end[b->n++] = b->text.n;
}

static int
is_known(const struct scorebatch *b, size_t i)
{
	return b->users == NULL ||
	    (b->items[i] < scorer_items(b->scorer) &&
	    scorer_knows_user(b->scorer, b->users[i]));
}

void
scorebatch_add_pair(struct scorebatch *b, struct span row, uint32_t user,
    uint32_t item, int64_t time)
{
	b->users[b->n] = user;
	b->items[b->n] = item;
	if (b->times != NULL)
		b->times[b->n] = time;
	add_row(b, row);
	if (!is_known(b, b->n - 1)) {
		b->n_missing++;
		return;
	}
	b->n_general += !scorer_knows_segment(b->scorer, user);
	b->n_partly += !scorer_knows_all(b->scorer, user);
}

float *
scorebatch_add_features(struct scorebatch *b, struct span row)
{
	add_row(b, row);
	return mat_row(&b->features.x, b->n - 1);
}

void
scorebatch_add_example(struct scorebatch *b, struct span row,
    const struct examples *x, size_t i)
{
	add_row(b, row);
	for (size_t e = x->start[i]; e < x->start[i + 1]; e++)
		examples_add_entry(&b->examples, x->feature[e], x->field[e],
		    x->value[e]);
	examples_end(&b->examples);
}

/* The lowest score that user u gives to any item; 0 if he is not known.  All
 * items are scored for it, once for a user; should two workers do so at the
 * same time, they find the same. */
static float
floor_of(const struct scorebatch *b, uint32_t u, size_t worker)
{
	const size_t n = scorer_items(b->scorer);
	float *row, least = INFINITY;

	if (!scorer_knows_user(b->scorer, u))
		return 0;
	if (!isnan(b->least[u]))
		return b->least[u];
	if (b->worst[worker] == NULL)
		b->worst[worker] = mem_array("scores", n,
		    sizeof **b->worst);
	row = b->worst[worker];
	scorer_block(b->scorer, &u, 1, row, worker);
	for (size_t i = 0; i < n; i++)
		if (row[i] < least)
			least = row[i];
	b->least[u] = least;
	return least;
}

/* Rows from .. to - 1 that the model does not know. */
static void
fill_missing(const struct scorebatch *b, size_t from, size_t to,
    size_t worker)
{
	uint32_t user = IDMAP_NONE;
	float least = 0;

	for (size_t i = from; i < to; i++) {
		if (is_known(b, i) || (b->missing == SCOREBATCH_FALLBACK &&
		    !isnan(b->score[i])))
			continue;
		if (b->missing != SCOREBATCH_FALLBACK) {
			b->score[i] = NAN;
			continue;
		}
		if (b->users[i] != user) {
			user = b->users[i];
			least = floor_of(b, user, worker);
		}
		b->score[i] = least;
	}
}

/* The likeliest class (the first of several), its probability and those of
 * all. */
static void
put_classes(const struct scorebatch *b, const float *score, struct buf *out)
{
	size_t best = 0;

	for (size_t k = 1; k < b->outputs; k++)
		if (score[k] > score[best])
			best = k;
	buf_span(out, idmap_name(b->scorer->classes, (uint32_t)best));
	buf_char(out, '\t');
	buf_float(out, score[best]);
	for (size_t k = 0; k < b->outputs; k++) {
		buf_char(out, '\t');
		buf_float(out, score[k]);
	}
}

/* The first number of row i that is none, or its first. */
static float
worst_of(const struct scorebatch *b, size_t i)
{
	const float *score = b->score + i * b->outputs;

	for (size_t k = 1; k < b->outputs; k++)
		if (isnan(score[k]))
			return score[k];
	return *score;
}

static void
score_piece(void *arg, size_t piece, size_t worker)
{
	struct scorebatch *b = arg;
	const size_t from = piece * PIECE;
	const size_t to = b->n - from < PIECE ? b->n : from + PIECE;
	struct buf *out = &b->out[piece];

	if (b->scorer->vocabulary != NULL) {
		scorer_examples(b->scorer, &b->examples, from, to - from,
		    b->score + from * b->outputs, worker);
	} else if (b->users == NULL) {
		scorer_rows(b->scorer, &b->features, from, to - from,
		    b->score + from * b->outputs, worker);
	} else {
		scorer_timed_pairs(b->scorer, b->users + from,
		    b->items + from, b->has_times ? b->times + from : NULL,
		    to - from, b->score + from, worker);
		fill_missing(b, from, to, worker);
	}
	out->n = 0;
	b->bad[piece] = b->n;
	for (size_t i = from; i < to; i++) {
		const size_t start = i > 0 ? b->end[i - 1] : 0;
		const int known = is_known(b, i);
		const int bad = isnan(worst_of(b, i));

		if (!known && b->missing == SCOREBATCH_DROP)
			continue;
		if (known && bad && b->bad[piece] == b->n)
			b->bad[piece] = i;
		buf_add(out, b->text.p + start, b->end[i] - start);
		if (b->end[i] > start)
			buf_char(out, '\t');
		if (bad)
			buf_text(out, "nan");
		else if (b->scorer->classes != NULL)
			put_classes(b, b->score + i * b->outputs, out);
		else
			buf_float(out, b->score[i]);
		buf_char(out, '\n');
	}
}

int
scorebatch_flush(struct scorebatch *b, const char *path, size_t line,
    struct put *put)
{
	const size_t n = par_pieces(b->n, PIECE);

	b->features.n = b->n;
	par_for(n, score_piece, b);
	for (size_t i = 0; i < n; i++) {
		if (b->bad[i] < b->n)
			return err_at(path, line + b->bad[i],
			    "the model's score is not a number");
		put_rows(put, (struct span){ b->out[i].p, b->out[i].n });
	}
	b->n_rows += b->n;
	b->n = 0;
	b->text.n = 0;
	examples_clear(&b->examples);
	return 0;
}
