/* srs-synth -- make a realistic shop with known preferences. */

#include <inttypes.h>
#include <math.h>

#include "all/writeshop.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	"srs-synth", "make a realistic shop with known preferences",
	"-o DIRECTORY",
	"Writes into the directory named with -o: events.csv.gz (the log: "
	"views, carts, purchases, ratings, reviews, in the order of time), "
	"items.tsv.gz, users.tsv.gz, queries.tsv.gz, and truth.tsv.gz (what "
	"each user likes best, and how much).  The directory is made if it is "
	"not there; all files are compressed."
};

struct synth {
	struct shop_config shop;
	struct visits_config visits;
	struct writeshop write;
	size_t n_events;
	double dirty;
};

/* --dirty is shared by the kinds that are not given themselves. */
static void
share_dirt(struct visits_dirt *d, double dirty)
{
	double *const kind[] = { &d->duplicates, &d->missing, &d->outliers,
		&d->bots, &d->encoding };
	enum { KINDS = sizeof kind / sizeof kind[0] };

	for (size_t i = 0; i < KINDS; i++)
		if (isnan(*kind[i]))
			*kind[i] = dirty / KINDS;
}

static void
say_counts(const struct cli *cli, const struct visits_counts *c,
    const struct shop *shop, const struct synth *s)
{
	const size_t n_truth = s->write.truth_users < s->shop.n_users ?
	    s->write.truth_users : s->shop.n_users;

	cli_note(cli, "%" PRIu64 " events in %" PRIu64 " sessions: %" PRIu64
	    " views, %" PRIu64 " carts, %" PRIu64 " purchases, %" PRIu64
	    " of them rated", c->rows, c->sessions, c->kinds[VISITS_VIEW],
	    c->kinds[VISITS_CART], c->kinds[VISITS_PURCHASE], c->rated);
	cli_note(cli, "%zu queries; the truth about %zu of %zu users",
	    shop->n_queries, n_truth, s->shop.n_users);
	if (c->duplicates + c->missing + c->outliers + c->bots +
	    c->encoding > 0)
		cli_note(cli, "spoiled: %" PRIu64 " duplicates, %" PRIu64
		    " without an id, %" PRIu64 " outliers, %" PRIu64
		    " of bots, %" PRIu64 " not UTF-8", c->duplicates,
		    c->missing, c->outliers, c->bots, c->encoding);
}

static int
run(const struct cli *cli, struct synth *s)
{
	struct visits_counts counts = { 0 };
	struct shop *shop;
	int status;

	s->shop.seed = cli->seed;
	s->visits.n_events = s->n_events;
	share_dirt(&s->visits.dirt, s->dirty);
	shop = shop_new(&s->shop);
	s->write.directory = cli->output;
	s->write.tick = cli_progress(cli, "writing", "events");
	status = writeshop(shop, &s->visits, &s->write, &counts);
	cli_progress_end(s->write.tick);
	if (status == 0)
		say_counts(cli, &counts, shop, s);
	shop_free(shop);
	return status;
}

static void
read_options(struct cli *cli, struct synth *s, int argc, char **argv)
{
	struct shop_config *shop = &s->shop;
	struct visits_dirt *dirt = &s->visits.dirt;
	const struct opt options[] = {
		OPT_SIZE(0, "users", "N", &shop->n_users, 1, 1e9, "users"),
		OPT_SIZE(0, "items", "N", &shop->n_items, 1, 1e8, "items"),
		OPT_SIZE(0, "events", "N", &s->n_events, 1, 1e12,
		    "rows of the log, exactly"),
		OPT_SIZE(0, "queries", "N", &shop->n_queries, 0, 1e4,
		    "different queries, at most; the most frequent ones"),
		OPT_SIZE(0, "days", "N", &s->visits.days, 1, 36500,
		    "length of the log, from 2025-01-06 on"),
		OPT_REAL(0, "zipf", "S", &shop->zipf, 0, 3,
		    "exponent of the items' popularity: the k-th has a weight "
		    "of 1 / k^S"),
		OPT_REAL(0, "activity", "SIGMA", &shop->activity, 0, 3,
		    "standard deviation of the log of a user's number of "
		    "events"),
		OPT_REAL(0, "taste", "X", &shop->taste, 0, 5,
		    "strength of all that is personal; 0: all users alike"),
		OPT_REAL(0, "drift", "SHARE", &shop->drift, 0, 1,
		    "how much of a taste changes until the end, on average"),
		OPT_SIZE(0, "truth-top", "N", &s->write.truth_top, 1, 1e5,
		    "items in the truth about a user"),
		OPT_SIZE(0, "truth-users", "N", &s->write.truth_users, 1, 1e9,
		    "users in the truth, at most, spread over all"),
		OPT_REAL(0, "dirty", "SHARE", &s->dirty, 0, 0.5,
		    "spoil this share of the rows, a fifth of it in each of "
		    "these ways"),
		OPT_REAL(0, "duplicates", "SHARE", &dirt->duplicates, 0, 0.5,
		    "rows that repeat the one before"),
		OPT_REAL(0, "missing", "SHARE", &dirt->missing, 0, 0.5,
		    "rows without user or item"),
		OPT_REAL(0, "outliers", "SHARE", &dirt->outliers, 0, 0.5,
		    "rows with a rating of 99 or a price far below 0"),
		OPT_REAL(0, "bots", "SHARE", &dirt->bots, 0, 0.5,
		    "rows of bots, which view anything, thousands each"),
		OPT_REAL(0, "bad-encoding", "SHARE", &dirt->encoding, 0, 0.5,
		    "rows with a review in Latin-1"),
		OPT_END
	};

	cli_begin(cli, &tool, options, argc, argv);
	if (cli->output == NULL)
		cli_usage(cli, "-o DIRECTORY is missing");
	if (cli->n_files != 1 || cli->files[0] != cli->dash)
		cli_usage(cli, "'%s': no operands are taken", cli->files[0]);
}

int
main(int argc, char *argv[])
{
	struct cli cli = CLI_DEFAULTS;
	struct synth synth = {
		.shop = { .n_users = 1000, .n_items = 500, .n_queries = 500,
		    .zipf = 0.8, .activity = 1, .taste = 1, .drift = 0.2 },
		.visits = { .days = 180, .dirt = { NAN, NAN, NAN, NAN, NAN } },
		.write = { .truth_top = 50, .truth_users = 10000 },
		.n_events = 100000
	};

	read_options(&cli, &synth, argc, argv);
	return cli_end(&cli, run(&cli, &synth) == 0 ? CLI_DONE : CLI_FAILED);
}
