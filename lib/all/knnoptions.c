#include "all/knntrain.h"
#include "cli/opttable.h"
#include "knn/past.h"
#include "knn/similarity.h"
#include "knn/weighting.h"

static void
add_data(struct opt_table *t, const struct choice **method,
    struct knn_options *o)
{
	opt_table_add(t, (const struct opt[]){
		OPT_METHOD(0, "method", "NAME", method, knn_choice,
		    "how to learn"),
		OPT_TEXT(0, "value", "COLUMN", &o->value,
		    "column of the ratings or weights; otherwise rating with "
		    "--feedback ratings, else weight, or 1 without one"),
		OPT_SOME_CHOICE(0, "feedback", "KIND", &o->feedback,
		    knn_feedback_choice, "what the interactions are"),
		OPT_SOME_CHOICE(0, "values", "HOW", &o->values,
		    past_values_choice, "how weights count, for implicit "
		    "feedback; otherwise one"),
		OPT_SOME_CHOICE(0, "weighting", "NAME", &o->weighting,
		    weighting_choice, "what common things count, for implicit "
		    "feedback; otherwise tfidf"),
		OPT_SOME_CHOICE(0, "similarity", "NAME", &o->similarity,
		    similarity_choice, "how like each other two are; "
		    "otherwise cosine, adjusted for ratings"),
		OPT_SOME_REAL(0, "asymmetry", "E", &o->asymmetry, 0, 1,
		    "of --similarity asymmetric; otherwise 0.5"),
		OPT_SOME_SIZE(0, "neighbours", "N", &o->neighbours, 1, 1e9,
		    "neighbours that a score is made of"),
		OPT_END
	});
}

/* Of neighbourhoods and walks. */
static void
add_neighbours(struct opt_table *t, struct knn_options *o)
{
	opt_table_add(t, (const struct opt[]){
		OPT_SOME_REAL(0, "shrink", "X", &o->shrink, 0, 1e9,
		    "similarity is x.y / (|x| |y| + X); of segments: how many "
		    "interactions of all users count beside their own"),
		OPT_SOME_REAL(0, "alpha", "X", &o->alpha, 0, 10,
		    "power of the probability of a step"),
		OPT_SOME_REAL(0, "beta", "X", &o->beta, 0, 10,
		    "power of the popularity that a weight is divided by"),
		OPT_SOME_SIZE(0, "top", "N", &o->top, 0, 1e9,
		    "weights that the model keeps for an item, 0 for all; "
		    "500 for ratings"),
		OPT_SOME_REAL(0, "damping", "X", &o->damping, 0, 1e9,
		    "added to the sum of similarities that a prediction is "
		    "divided by; 0.2 for ratings"),
		OPT_END
	});
}

/* Of what is learned by squares. */
static void
add_squares(struct opt_table *t, struct knn_options *o)
{
	opt_table_add(t, (const struct opt[]){
		OPT_SOME_REAL(0, "lambda", "X", &o->lambda, 1e-6, 1e12,
		    "weight of the squares of the weights; otherwise 30 "
		    "sqrt(users per item)"),
		OPT_SOME_REAL(0, "l1", "X", &o->l1, 0, 1e12,
		    "weight of the sizes of the weights"),
		OPT_SOME_REAL(0, "dropout", "SHARE", &o->dropout, 0, 0.999,
		    "of what users had, left out in learning"),
		OPT_SOME_REAL(0, "activity", "P", &o->activity, -10, 10,
		    "a user of n items counts n^P in learning"),
		OPT_SOME_REAL(0, "lambda-user", "X", &o->lambda_user, 0, 1e9,
		    "weight of the squares of users' biases; 5 for ratings"),
		OPT_SOME_REAL(0, "lambda-item", "X", &o->lambda_item, 0, 1e9,
		    "weight of the squares of items' biases; 2 for ratings"),
		OPT_SOME_BYTES(0, "memory", "SIZE", &o->memory, 1, 1e15,
		    "refuse to train with matrices that need more"),
		OPT_END
	});
}

/* Of graph filters. */
static void
add_graph(struct opt_table *t, struct knn_options *o)
{
	opt_table_add(t, (const struct opt[]){
		OPT_SOME_SIZE(0, "factors", "K", &o->factors, 1, 1e5,
		    "eigenvectors of the graph"),
		OPT_SOME_REAL(0, "weight", "X", &o->weight, 0, 1e6,
		    "what they count beside the neighbours"),
		OPT_SOME_REAL(0, "sharpen", "T", &o->sharpen, 0, 1e3,
		    "how long the scores are sharpened"),
		OPT_SOME_SIZE(0, "steps", "N", &o->steps, 1, 1e3,
		    "steps that this is done in; steps that "
		    "a rule reaches"),
		OPT_END
	});
}

/* Of what comes next in a session. */
static void
add_sessions(struct opt_table *t, struct knn_options *o)
{
	opt_table_add(t, (const struct opt[]){
		OPT_SOME_SIZE(0, "sample", "N", &o->sample, 1, 1e9,
		    "recent sessions that neighbours are sought among"),
		OPT_SOME_REAL(0, "position", "X", &o->position, 0, 1e9,
		    "items that count 1/e less than the next; 0: all the "
		    "same"),
		OPT_SOME_REAL(0, "recency", "DAYS", &o->recency, 0, 1e9,
		    "a session so much older counts 1/e; 0: age does not "
		    "matter"),
		OPT_SOME_REAL(0, "distance", "X", &o->distance, 0, 1e9,
		    "items that far from what is shared count 1/e; 0: all "
		    "the same"),
		OPT_SOME_REAL(0, "matched", "X", &o->matched, 0, 1e9,
		    "sharing what was so many items ago counts 1/e; 0: the "
		    "same"),
		OPT_SOME_REAL(0, "idf", "X", &o->idf, 0, 1e9,
		    "how much rare items are preferred"),
		OPT_SOME_REAL(0, "window", "DAYS", &o->window, 0, 1e9,
		    "popular is what was had in so many days up to the "
		    "newest; 0: ever"),
		OPT_SOME_REAL(0, "decay", "X", &o->decay, 0, 1,
		    "what was had one step earlier counts X times as much; "
		    "0: only the last"),
		OPT_END
	});
}

/* Of what is known of users and items besides. */
static void
add_features(struct opt_table *t, struct knntrain *k)
{
	opt_table_add(t, (const struct opt[]){
		OPT_SOME_FILE(0, "user-features", "FILE", &k->user_features,
		    "a table of users: user_id and other columns"),
		OPT_SOME_TEXT(0, "segment", "COLUMN", &k->options.segment,
		    "column of that table: popular is what is popular with "
		    "users that have the same there"),
		OPT_SOME_FILES(0, "item-features", "FILE", &k->item_features,
		    "what is known of items, old and new ones: a table with "
		    "item_id and other columns, or vectors (text, .npy, "
		    "safetensors); given several times: all together"),
		OPT_SOME_FILE(0, "vector-ids", "FILE", &k->vector_ids,
		    "the items of the rows of a .npy matrix"),
		OPT_SOME_SIZE(0, "content-neighbours", "N",
		    &k->options.content_neighbours, 1, 1e9,
		    "items most alike by their features that are kept of "
		    "each; otherwise 10"),
		OPT_SOME_REAL(0, "mix", "W", &k->options.mix, 0, 1,
		    "what being alike to what a user had counts, beside what "
		    "the method says; otherwise 0.1"),
		OPT_END
	});
}

/* What is for --item-features only, and its defaults. */
static void
settle_features(struct cli *cli, struct knntrain *t)
{
	struct knn_options *o = &t->options;

	if (t->item_features.n == 0) {
		if (t->vector_ids != NULL || !isnan(o->mix) ||
		    o->content_neighbours != SIZE_MAX)
			cli_usage(cli, "--vector-ids, --content-neighbours "
			    "and --mix are for --item-features");
		return;
	}
	if (o->content_neighbours == SIZE_MAX)
		o->content_neighbours = 10;
	if (knn_is_explicit(o) && !isnan(o->mix))
		cli_usage(cli, "--mix is for --feedback implicit");
	if (!knn_is_explicit(o) && isnan(o->mix))
		o->mix = 0.1;
}

void
knntrain_options(struct cli *cli, const struct cli_tool *tool,
    struct knntrain *t, int argc, char **argv)
{
	struct opt_table table = { .n = 0 };
	struct knn_options *o = &t->options;

	*t = (struct knntrain){ .method = knn_choice(0),
	    .options = KNN_UNSET, .text = BUF_EMPTY };
	add_data(&table, &t->method, o);
	add_neighbours(&table, o);
	add_squares(&table, o);
	add_graph(&table, o);
	add_sessions(&table, o);
	add_features(&table, t);
	opt_table_add(&table, (const struct opt[]){ CLI_DRY_RUN(cli),
	    OPT_END });
	cli_begin(cli, tool, table.option, argc, argv);
	t->forecast = cli->forecast;
	o->seed = cli->seed;
	if (knn_settle(o) != 0)
		cli_usage(cli, NULL);
	if (o->segment == NULL && o->feedback == NULL && !isnan(o->shrink))
		cli_usage(cli, "--shrink is for --segment");
	if ((o->segment != NULL) != (t->user_features != NULL))
		cli_usage(cli, "--segment and --user-features go together");
	settle_features(cli, t);
	t->files = (const char *const *)cli->files;
	t->n_files = (size_t)cli->n_files;
	t->output = cli->output;
	t->gzip = cli->gzip;
}
