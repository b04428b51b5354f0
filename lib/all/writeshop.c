#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "all/writelog.h"
#include "all/writeshop.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/par.h"
#include "io/put.h"
#include "rank/topk.h"

enum {
	ANSWERS = 50,		/* items listed for a query */
	TRUTH_PIECE = 16,	/* users ranked by one thread at a time */
	TRUTH_BATCH = 64	/* pieces */
};

static const double day = 86400;

static void
put_id(struct put *put, char kind, uint64_t index)
{
	char id[NUM_TEXT_MAX + 1] = { kind };
	const size_t n = num_put_int(id + 1, (int64_t)index + 1);

	put_span(put, (struct span){ id, n + 1 });
}

/* A moment of the log, t in [0, 1]. */
static void
put_moment(struct put *put, double t, size_t days)
{
	put_int(put, VISITS_START + (int64_t)(t * (double)days * day));
}

static void
put_buf(struct put *put, struct buf *b)
{
	put_span(put, (struct span){ b->p, b->n });
	b->n = 0;
}

/* --- the tables --- */

static void
put_items(struct put *put, const struct shop *shop, size_t days)
{
	struct buf b = BUF_EMPTY;

	put_header(put, "item_id:token\ttitle:token_seq\tcategory:token\t"
	    "brand:token\tprice:float\tlaunched:float");
	for (size_t i = 0; i < shop->config.n_items; i++) {
		const size_t place = shop->place[i];
		const size_t group = shop_group(shop, place);
		const size_t c = shop_category(group);
		const struct shop_item *item = &shop->items[place];

		put_id(put, 'i', i);
		shoptext_title(&b, group, item->brand, item->adjective,
		    item->series);
		put_buf(put, &b);
		put_text(put, shoptext_category(c));
		put_text(put, shoptext_brand(c, item->brand));
		writelog_price(&b, item->cents);
		put_buf(put, &b);
		put_moment(put, (double)item->launched, days);
		put_end(put);
	}
	buf_release(&b);
}

static void
put_users(struct put *put, const struct shop *shop, size_t days)
{
	put_header(put, "user_id:token\tsegment:token\tage_group:token\t"
	    "gender:token\tcountry:token\tjoined:float");
	for (size_t i = 0; i < shop->config.n_users; i++) {
		const struct shop_user *u = &shop->users[i];

		put_id(put, 'u', i);
		put_text(put, shoptext_segment(u->segment));
		put_text(put, shoptext_age(u->age));
		put_text(put, shoptext_gender(u->gender));
		put_text(put, shoptext_country(u->country));
		put_moment(put, (double)u->joined, days);
		put_end(put);
	}
}

/* The ids of the most popular items that answer a query. */
static void
add_answers(struct buf *b, const struct shop *shop,
    const struct shop_query *q, const uint32_t *ranks)
{
	struct topk_item best[ANSWERS];
	struct topk top;
	size_t n;

	topk_begin(&top, best, ANSWERS, ranks);
	for (size_t p = shop->group[q->group]; p < shop->group[q->group + 1];
	    p++)
		if (shop_matches(q, &shop->items[p]))
			topk_scan(&top, &shop->items[p].log_pop,
			    shop->items[p].number, 1);
	n = topk_end(&top);
	for (size_t i = 0; i < n; i++) {
		buf_text(b, i > 0 ? " i" : "i");
		buf_int(b, (int64_t)best[i].item + 1);
	}
}

static void
put_queries(struct put *put, const struct shop *shop, const uint32_t *ranks)
{
	struct buf b = BUF_EMPTY;

	put_header(put, "query_id:token\ttext:token_seq\tcategory:token\t"
	    "item_ids:token_seq");
	for (size_t i = 0; i < shop->n_queries; i++) {
		const struct shop_query *q = &shop->queries[i];

		put_id(put, 'q', i);
		shoptext_query(&b, q->group, q->brand, q->adjective);
		put_buf(put, &b);
		put_text(put, shoptext_category(shop_category(q->group)));
		add_answers(&b, shop, q, ranks);
		put_buf(put, &b);
		put_end(put);
	}
	buf_release(&b);
}

/* --- the truth --- */

struct truth {
	const struct shop *shop;
	const uint32_t *ranks;	/* (n_items) */
	size_t top, n_users;
	size_t first;		/* user of this batch, of n_users */
	float *score;		/* (workers, n_items) by number */
	struct topk_item *best;	/* (workers, top) */
	struct buf rows[TRUTH_BATCH];
};

static void
score_all(const struct shop *shop, const struct shop_mood *mood, float *score)
{
	double personal;

	for (size_t g = 0; g < SHOP_GROUPS; g++)
		for (size_t p = shop->group[g]; p < shop->group[g + 1]; p++)
			score[shop->items[p].number] =
			    (float)shop_utility(shop, mood, shop_category(g),
			    p, &personal);
}

static void
add_truth(const struct truth *t, size_t user, float *score,
    struct topk_item *best, struct buf *b)
{
	const size_t n_items = t->shop->config.n_items;
	struct shop_mood mood;
	size_t n;

	shop_mood(t->shop, user, 1, &mood);
	score_all(t->shop, &mood, score);
	n = topk_select(score, n_items, t->ranks, t->top, best);
	for (size_t i = 0; i < n; i++) {
		const size_t place = t->shop->place[best[i].item];
		double personal;

		shop_utility(t->shop, &mood,
		    shop_category(shop_group(t->shop, place)), place,
		    &personal);
		buf_format(b, "u%zu\ti%zu\t", user + 1,
		    (size_t)best[i].item + 1);
		buf_float(b, best[i].score);
		buf_format(b, "\t%zu\t", i + 1);
		buf_float(b, (float)personal);
		buf_char(b, '\n');
	}
}

static void
truth_piece(void *arg, size_t piece, size_t worker)
{
	struct truth *t = arg;
	const size_t first = t->first + piece * TRUTH_PIECE;

	for (size_t k = first; k < first + TRUTH_PIECE && k < t->n_users; k++)
		/* each less than 2^32 */
		add_truth(t, k * t->shop->config.n_users / t->n_users,
		    t->score + worker * t->shop->config.n_items,
		    t->best + worker * t->top, &t->rows[piece]);
}

static void
put_truth(struct put *put, const struct shop *shop,
    const struct writeshop *w, const uint32_t *ranks)
{
	const size_t n_workers = par_threads();
	struct truth *t = mem_array("truth", 1, sizeof *t);

	t->shop = shop;
	t->ranks = ranks;
	t->top = w->truth_top;
	t->n_users = w->truth_users < shop->config.n_users ? w->truth_users :
	    shop->config.n_users;
	t->score = mem_array("truth", n_workers * shop->config.n_items,
	    sizeof *t->score);
	t->best = mem_array("truth", n_workers * t->top, sizeof *t->best);
	put_header(put, "user_id:token\titem_id:token\tscore:float\t"
	    "rank:float\tpersonal:float");
	for (; t->first < t->n_users && !put_failed(put);
	    t->first += TRUTH_PIECE * TRUTH_BATCH) {
		const size_t n = par_pieces(t->n_users - t->first,
		    TRUTH_PIECE);

		par_for(n < TRUTH_BATCH ? n : TRUTH_BATCH, truth_piece, t);
		for (size_t i = 0; i < TRUTH_BATCH; i++) {
			put_rows(put, (struct span){ t->rows[i].p,
			    t->rows[i].n });
			t->rows[i].n = 0;
		}
	}
	for (size_t i = 0; i < TRUTH_BATCH; i++)
		buf_release(&t->rows[i]);
	free(t->best);
	free(t->score);
	free(t);
}

/* --- all of it --- */

enum { ITEMS, USERS, QUERIES, TRUTH, TABLES };

struct files {
	struct put *table[TABLES];
	struct out *events;
};

static char *
path_in(const char *directory, const char *name)
{
	struct buf b = BUF_EMPTY;

	buf_text(&b, directory);
	if (b.n > 0 && b.p[b.n - 1] != '/')
		buf_char(&b, '/');
	buf_text(&b, name);
	buf_cstr(&b);
	return b.p;
}

static int
open_files(struct files *f, const char *directory)
{
	static const char *const names[TABLES] = {
		"items.tsv.gz", "users.tsv.gz", "queries.tsv.gz",
		"truth.tsv.gz"
	};
	char *path;

	if (mkdir(directory, 0777) != 0 && errno != EEXIST)
		return err_errno("cannot make directory '%s'", directory);
	for (size_t i = 0; i < TABLES; i++) {
		path = path_in(directory, names[i]);
		f->table[i] = put_open(path, 1);
		free(path);
		if (f->table[i] == NULL)
			return -1;
	}
	path = path_in(directory, "events.csv.gz");
	f->events = out_open(path, 1);
	free(path);
	return f->events != NULL ? 0 : -1;
}

/* The places of "i1" .. "iN" when sorted by bytes, for ties: 1, 10, 100, ...,
 * 101, ..., 11, ...  What follows x is 10 x; or, when there is no such item,
 * the next number without its zeros. */
static uint32_t *
item_ranks(size_t n_items)
{
	uint32_t *ranks = mem_array("items", n_items, sizeof *ranks);
	uint64_t x = 1;

	for (uint32_t rank = 0; rank < n_items; rank++) {
		ranks[x - 1] = rank;
		if (x * 10 <= n_items) {
			x *= 10;
			continue;
		}
		if (x == n_items)
			x /= 10;
		for (x++; x % 10 == 0; )
			x /= 10;
	}
	return ranks;
}

static int
write_files(struct files *f, const struct shop *shop,
    const struct visits_config *visits, const struct writeshop *w,
    struct visits_counts *counts)
{
	uint32_t *ranks = item_ranks(shop->config.n_items);

	put_items(f->table[ITEMS], shop, visits->days);
	put_users(f->table[USERS], shop, visits->days);
	put_queries(f->table[QUERIES], shop, ranks);
	put_truth(f->table[TRUTH], shop, w, ranks);
	free(ranks);
	writelog(f->events, shop, visits, w->tick, counts);
	for (size_t i = 0; i < TABLES; i++)
		if (put_finish(f->table[i]) != 0)
			return -1;
	if (out_finish(f->events) != 0)
		return -1;
	for (size_t i = 0; i < TABLES; i++)
		if (put_commit(f->table[i]) != 0)
			return -1;
	return out_commit(f->events);
}

int
writeshop(const struct shop *shop, const struct visits_config *visits,
    const struct writeshop *w, struct visits_counts *counts)
{
	struct files f = { { NULL }, NULL };
	int status = open_files(&f, w->directory);

	if (status == 0)
		status = write_files(&f, shop, visits, w, counts);
	for (size_t i = 0; i < TABLES; i++)
		put_free(f.table[i]);
	out_free(f.events);
	return status;
}
