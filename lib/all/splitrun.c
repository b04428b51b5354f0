#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "all/splitrun.h"
#include "all/splitstream.h"
#include "all/splitwrite.h"
#include "base/mem.h"
#include "prep/balance.h"
#include "prep/leaks.h"
#include "prep/splitcount.h"
#include "prep/splitunit.h"
#include "prep/splituser.h"

enum { CLASSES_SHOWN = 20 };	/* in the summary */

const struct choice *
splitrun_leaks_choice(size_t i)
{
	static const struct choice how[] = {
		{ "auto", "none where a hash alone places a row, else report",
		    NULL },
		{ "none", "do not look for them", NULL },
		{ "report", "count them in the summary", NULL },
		{ "refuse", "end with status 3 if there are any", NULL },
		{ "drop", "leave these rows out of valid and test", NULL },
	};

	return i < sizeof how / sizeof *how ? &how[i] : NULL;
}

const struct choice *
splitrun_only_choice(size_t i)
{
	static const struct choice only[] = {
		{ "all", "all rows", NULL },
		{ "known", "users and items that train has", NULL },
		{ "new-users", "users that train lacks", NULL },
		{ "new-items", "items that train lacks", NULL },
	};

	return i < sizeof only / sizeof *only ? &only[i] : NULL;
}

static int
numbers_folds(const struct splitrun *r)
{
	return split_has_folds(r->method) && r->split.fold == SIZE_MAX;
}

/* A split in hand, of a table in memory. */
struct work {
	const struct splitrun *want;
	struct split_options options;
	struct splitfile *file;
	uint64_t *unit_hash;		/* NULL: the units are rows */
	unsigned char *part;		/* (n) */
	unsigned char *leaks;		/* (n); NULL: not looked for */
	struct leaks_count count;
	struct balance *balance;	/* NULL: none */
	struct buf *summary, notes;	/* these come behind its parts */
	struct tick *tick;
};

/* --- one row after the other -------------------------------------------- */

static int
can_stream(const struct splitrun *r)
{
	struct split_rule rule;

	for (int p = 0; p < SPLIT_PARTS; p++)
		if (r->candidates.paths[p] != NULL)
			return 0;
	return split_rule(r->method, &r->split, &rule) &&
	    (r->unit == SPLIT_ROW || r->method->by_hash) &&
	    (r->leaks == SPLITRUN_NONE ||
	    (r->leaks == SPLITRUN_AUTO && r->method->by_hash)) &&
	    r->only == SPLITRUN_ALL && r->paths[SPLIT_FOLD_IN] == NULL &&
	    balance_is_none(r->balance) && r->session_gap == 0;
}

static int
stream(const struct splitrun *r, const char *const *files, size_t n_files,
    struct tick *tick, struct buf *summary)
{
	const struct splitstream want = { r->method, &r->split, r->unit,
	    numbers_folds(r), r->header };
	const char *const numbered[SPLIT_PARTS] = {
	    r->output == NULL ? "-" : r->output };
	struct splitparts *parts = splitparts_open(numbers_folds(r)
	    ? numbered : r->paths, r->gzip);
	int status = -1;

	if (parts == NULL)
		return -1;
	if (splitstream_run(&want, files, n_files, parts, tick) == 0 &&
	    splitparts_finish(parts) == 0)
		status = splitparts_commit(parts);
	for (int p = 0; p < SPLIT_PARTS && !numbers_folds(r); p++)
		if (splitparts_counts(parts)[p] > 0) {
			buf_format(summary, "%s: ",
			    split_part_name((enum split_part)p));
			splitcount_put(summary, splitparts_counts(parts)[p],
			    "row");
			buf_char(summary, '\n');
		}
	splitparts_free(parts);
	return status;
}

/* --- all rows in memory ------------------------------------------------- */

static enum splitneed
need(int is_needed, int is_wanted)
{
	return is_needed ? SPLITNEED_YES : is_wanted ? SPLITNEED_IF_THERE
	    : SPLITNEED_NOT;
}

static struct splitneeds
needs_of(const struct splitrun *r)
{
	const int has_candidates = r->candidates.paths[SPLIT_TEST] != NULL ||
	    r->candidates.paths[SPLIT_VALID] != NULL;
	const int has_fold_in = r->paths[SPLIT_FOLD_IN] != NULL;
	const int leaks = r->leaks != SPLITRUN_NONE ||
	    r->only != SPLITRUN_ALL;
	const int by_session = r->unit == SPLIT_SESSION;
	struct splitneeds n = { .class = r->class == NULL ? "label"
	    : r->class };

	n.id[SPLITID_USER] = need(r->method->needs_user ||
	    r->unit == SPLIT_USER || r->session_gap > 0 || has_candidates,
	    leaks);
	n.id[SPLITID_ITEM] = need(r->unit == SPLIT_ITEM || has_candidates ||
	    r->only == SPLITRUN_NEW_ITEMS, leaks);
	n.id[SPLITID_SESSION] = need(by_session && r->session_gap == 0,
	    leaks && r->session_gap == 0);
	n.id[SPLITID_CLASS] = need(!balance_is_none(r->balance), 0);
	n.time = need(r->method->needs_time || r->session_gap > 0, leaks ||
	    (r->method->needs_user && !r->method->by_hash) ||
	    (has_fold_in && r->fold_in_by_time));
	n.hash = (r->method->by_hash && r->unit == SPLIT_ROW) ||
	    has_candidates || (has_fold_in && !r->fold_in_by_time) ||
	    !balance_is_none(r->balance);
	return n;
}

static int
make_sessions(struct work *w)
{
	if (w->want->session_gap == 0)
		return 0;
	if (table_has_column(w->file->table, "session_id"))
		return err_msg("the table has a column 'session_id' already");
	return splitfile_cut(w->file, w->want->session_gap);
}

static const uint32_t *
unit_of_rows(const struct work *w)
{
	const struct split_rows *r = &w->file->rows;

	switch (w->want->unit) {
	case SPLIT_USER:
		return r->user;
	case SPLIT_ITEM:
		return r->item;
	case SPLIT_SESSION:
		return r->session;
	case SPLIT_ROW:
		break;
	}
	return NULL;
}

static size_t
n_units(const struct work *w)
{
	const struct split_rows *r = &w->file->rows;

	switch (w->want->unit) {
	case SPLIT_USER:
		return r->n_users;
	case SPLIT_ITEM:
		return r->n_items;
	case SPLIT_SESSION:
		return r->n_sessions;
	case SPLIT_ROW:
		break;
	}
	return r->n;
}

static int
plan(struct work *w)
{
	const struct split_rows *rows = &w->file->rows;
	size_t n_kept;

	w->part = mem_array("parts", rows->n, 1);
	if (w->want->method->needs_user && !w->want->method->by_hash &&
	    rows->time == NULL)
		buf_text(w->summary, "no timestamps: rows are taken to be in "
		    "the order of time\n");
	if (splitunit_plan(w->want->method, rows, unit_of_rows(w), n_units(w),
	    w->unit_hash, &w->options, w->part, &n_kept) != 0)
		return -1;
	if (n_kept > 0) {
		splitcount_put(&w->notes, n_kept, "user");
		buf_text(&w->notes, " with too few rows: all in train\n");
	}
	return 0;
}

static void
fold_in(struct work *w, enum split_part from, enum split_part to)
{
	const struct splitrun *r = w->want;
	size_t n;

	if (r->paths[to] == NULL)
		return;
	n = splituser_fold_in(&w->file->rows, w->part, from, to,
	    r->fold_in_size, r->fold_in_by_time, r->split.seed);
	if (n > 0) {
		splitcount_put(&w->notes, n, "user");
		buf_format(&w->notes, " of %s with one row: it is folded "
		    "in\n", split_part_name(from));
	}
}

/* --- leaks -------------------------------------------------------------- */

/* Takes rows out of valid and test that have one of the leaks, or that have
 * none of them. */
static void
drop(struct work *w, unsigned kinds, int if_leaking)
{
	const size_t n = w->file->rows.n;
	size_t n_dropped[SPLIT_PARTS] = { 0 };

	for (size_t i = 0; i < n; i++) {
		if ((w->part[i] == SPLIT_VALID || w->part[i] == SPLIT_TEST) &&
		    !(w->leaks[i] & kinds) == !if_leaking) {
			n_dropped[w->part[i]]++;
			w->part[i] = SPLIT_NOWHERE;
		}
		w->leaks[i] = 0;
	}
	leaks_find(&w->file->rows, w->part, w->leaks, &w->count);
	for (int p = SPLIT_VALID; p <= SPLIT_TEST; p++)
		if (n_dropped[p] > 0)
			buf_format(&w->notes, "%s: %zu row%s left out\n",
			    split_part_name((enum split_part)p), n_dropped[p],
			    n_dropped[p] == 1 ? "" : "s");
}

static void
judge(struct work *w)
{
	const struct splitrun *r = w->want;
	const unsigned users = 1U << LEAK_USERS, items = 1U << LEAK_ITEMS;

	if (r->leaks != SPLITRUN_NONE || r->only != SPLITRUN_ALL)
		w->leaks = mem_array("leaks", w->file->rows.n, 1);
	leaks_find(&w->file->rows, w->part, w->leaks, &w->count);
	if (r->leaks == SPLITRUN_DROP)
		drop(w, r->leak_kinds ? r->leak_kinds : users | items, 1);
	if (r->only == SPLITRUN_KNOWN)
		drop(w, users | items, 1);
	if (r->only == SPLITRUN_NEW_USERS)
		drop(w, users, 0);
	if (r->only == SPLITRUN_NEW_ITEMS)
		drop(w, items, 0);
}

/* Says what it came to; then SPLITRUN_GATE if there are leaks to refuse. */
static int
report(struct work *w)
{
	const struct splitrun *r = w->want;
	size_t n;

	splitcount_report(&w->file->rows, &w->count, w->leaks != NULL,
	    w->summary);
	buf_add(w->summary, w->notes.p, w->notes.n);
	if (splitparts_check(r->paths, w->count.rows) != 0)
		return -1;
	if (r->leaks != SPLITRUN_REFUSE)
		return 0;
	n = splitcount_leaking(&w->file->rows, w->part, w->leaks,
	    r->leak_kinds ? r->leak_kinds : (unsigned)LEAKS_ALL);
	if (n == 0)
		return 0;
	err_msg("--leaks refuse: %zu row%s with leaks", n, n == 1 ? "" : "s");
	return SPLITRUN_GATE;
}

/* --- classes ------------------------------------------------------------ */

static void
report_classes(const struct work *w)
{
	const struct idmap *names = w->file->names[SPLITID_CLASS];
	const size_t n = idmap_count(names);

	for (size_t c = 0; c < n && c < CLASSES_SHOWN; c++)
		buf_format(w->summary, "train: class %.*s: %zu rows, %zu "
		    "written\n", SPAN_ARGS(idmap_name(names, (uint32_t)c)),
		    balance_rows(w->balance, c),
		    balance_written(w->balance, c));
	if (n > CLASSES_SHOWN)
		buf_format(w->summary, "train: and %zu more classes\n",
		    n - CLASSES_SHOWN);
}

static void
balance(struct work *w)
{
	const struct splitrun *r = w->want;
	const struct splitfile *f = w->file;

	if (balance_is_none(r->balance))
		return;
	w->balance = balance_new(r->balance, f->class,
	    idmap_count(f->names[SPLITID_CLASS]), f->rows.hash, w->part,
	    f->rows.n, isnan(r->ratio) ? 1 : r->ratio, r->split.seed);
	report_classes(w);
}

/* --- files -------------------------------------------------------------- */

/* The candidates of the parts that have a file for them; they are finished,
 * and committed by the caller. */
static int
make_candidates(struct work *w, struct put *to[SPLIT_PARTS])
{
	const struct candidatefile *want = &w->want->candidates;

	for (int p = 0; p < SPLIT_PARTS; p++) {
		size_t n_short;

		if (want->paths[p] == NULL)
			continue;
		to[p] = candidatefile_make(w->file, w->part,
		    (enum split_part)p, want, &n_short);
		if (to[p] == NULL)
			return -1;
		if (n_short > 0)
			buf_format(w->summary, "%s: rows with fewer than %zu "
			    "other candidates: %zu\n",
			    split_part_name((enum split_part)p),
			    want->negatives, n_short);
	}
	return 0;
}

/* All files take their places together. */
static int
write_parts(struct work *w)
{
	const struct splitrun *r = w->want;
	const struct splitwrite want = { .file = w->file, .part = w->part,
	    .balance = w->balance, .weights = balance_is_weight(r->balance),
	    .header = r->header, .tick = w->tick };
	struct put *candidates[SPLIT_PARTS] = { NULL };
	struct splitparts *parts = NULL;
	int status = -1;

	if (splitwrite_check(&want) == 0 &&
	    make_candidates(w, candidates) == 0)
		parts = splitparts_open(r->paths, r->gzip);
	if (parts != NULL && splitwrite_run(&want, parts) == 0 &&
	    splitparts_finish(parts) == 0)
		status = splitparts_commit(parts);
	for (int p = 0; p < SPLIT_PARTS; p++) {
		if (status == 0 && candidates[p] != NULL)
			status = put_commit(candidates[p]);
		put_free(candidates[p]);
	}
	splitparts_free(parts);
	return status;
}

/* The table with a column of folds. */
static int
write_folds(struct work *w)
{
	const struct splitrun *r = w->want;
	const char *const paths[SPLIT_PARTS] = {
	    r->output == NULL ? "-" : r->output };
	struct split_rule rule;
	struct splitwrite want = { .file = w->file, .folds = &rule,
	    .fold_hash = w->unit_hash == NULL ? w->file->rows.hash
	    : w->unit_hash, .fold_unit = unit_of_rows(w),
	    .header = r->header, .tick = w->tick };
	struct splitparts *parts;
	int status = -1;

	split_rule(r->method, &w->options, &rule);
	w->part = mem_array("parts", w->file->rows.n, 1);
	want.part = w->part;
	if (splitwrite_check(&want) != 0)
		return -1;
	parts = splitparts_open(paths, r->gzip);
	if (parts != NULL && splitwrite_run(&want, parts) == 0 &&
	    splitparts_finish(parts) == 0)
		status = splitparts_commit(parts);
	splitparts_free(parts);
	return status;
}

static int
split(struct work *w)
{
	int status;

	if (make_sessions(w) != 0)
		return -1;
	if (w->want->unit != SPLIT_ROW)
		w->unit_hash = splitfile_hashes(w->file, w->want->unit);
	if (numbers_folds(w->want))
		return write_folds(w);
	if (plan(w) != 0)
		return -1;
	fold_in(w, SPLIT_VALID, SPLIT_VALID_FOLD_IN);
	fold_in(w, SPLIT_TEST, SPLIT_FOLD_IN);
	judge(w);
	status = report(w);
	if (status != 0)
		return status;
	balance(w);
	return write_parts(w);
}

/* Shares that nobody gave, where others may be meant. */
static void
fill_sizes(struct split_options *o)
{
	if (isnan(o->test_size))
		o->test_size = 0.1;
	if (isnan(o->valid_size))
		o->valid_size = 0.1;
}

int
splitrun(const struct splitrun *r, const char *const *files, size_t n_files,
    struct tick *tick, struct buf *summary)
{
	const struct splitneeds needs = needs_of(r);
	struct work w = { .want = r, .options = r->split, .summary = summary,
		.tick = tick };
	int status;

	if (can_stream(r))
		return stream(r, files, n_files, tick, summary);
	fill_sizes(&w.options);
	w.file = splitfile_read(files, n_files, &needs, tick);
	if (w.file == NULL)
		return -1;
	status = split(&w);
	splitfile_free(w.file);
	balance_free(w.balance);
	buf_release(&w.notes);
	free(w.unit_hash);
	free(w.part);
	free(w.leaks);
	return status;
}
