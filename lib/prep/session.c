#include <assert.h>
#include <math.h>

#include "base/rng.h"
#include "prep/session.h"

enum {
	CANDIDATES = 24,	/* items shown before one is chosen */
	SEEN = 128,		/* of a session, not chosen again */
	BASKET = 16,		/* goods bought at once */
	TRIES = 64,
	INTENTS = 8,		/* tried before an item is seen again */
	DAY = 86400
};

/* Lengths of sessions are log-normal; bots' are uniform. */
static const double log_length = 1.6, log_length_spread = 0.8;
enum { BOT_LENGTH_MIN = 200, BOT_LENGTH_MORE = 200, BOT_EVENTS = 5000 };

/* Intents. */
static const double change_intent = 0.25;
static const double to_neighbour = 0.4;		/* of the changes */
static const double with_query = 0.35;
static const double query_match = 2.5;		/* added to what matches */

/* Log odds of a cart and a purchase, and their slope by liking. */
static const double cart_odds = -2.9, cart_slope = 0.45;
static const double buy_odds = -0.2, buy_slope = 0.3;

static const double rated_share = 0.45, text_share = 0.6;
static const double rating_mean = 2.6, rating_slope = 0.5;
static const double rating_noise = 0.8;

/* Seconds between looks: log-normal. */
static const double log_pause = 3.3, log_pause_spread = 0.9;

struct session {
	const struct session_plan *plan;
	const struct shop *shop;
	struct rng r;
	struct shop_mood mood;
	uint32_t user;
	double lean;
	uint64_t number;		/* of the first event */
	double clock;			/* seconds from the start of the log */
	struct visits_event *events;
	size_t n, length;
	size_t category;		/* the intent */
	uint32_t query;
	uint32_t first, end;		/* places it is about */
	const struct alias_slot *slots;	/* and their popularity */
	uint32_t seen[SEEN];
	size_t n_seen;
	struct {
		uint32_t place;
		double liking;
	} basket[BASKET];
	size_t n_basket;
};

void
session_plan_init(struct session_plan *p, const struct shop *shop,
    const struct visits_config *config)
{
	const double bots = config->dirt.bots;
	const double length = 0.5 + exp(log_length +
	    log_length_spread * log_length_spread / 2);
	const double bot_length = BOT_LENGTH_MIN + BOT_LENGTH_MORE / 2.0;

	p->shop = shop;
	rhythm_init(&p->rhythm, config->days);
	p->n_events = config->n_events;
	p->seconds = (double)config->days * DAY;
	p->bot_share = bots / bot_length /
	    (bots / bot_length + (1 - bots) / length);
	p->n_bots = bots <= 0 ? 0 : 1 + (uint32_t)fmin(1e8,
	    bots * (double)config->n_events / BOT_EVENTS);
}

void
session_plan_release(struct session_plan *p)
{
	rhythm_release(&p->rhythm);
}

static int
happens(struct session *s, double share)
{
	return rng_real(&s->r) < share;
}

static double
logistic(double x)
{
	return 1 / (1 + exp(-x));
}

/* 64 bits for alias_draw() from 32: the coin is a mixture of the choice. */
static uint64_t
spread(uint32_t random)
{
	return (uint64_t)random << 32 | random * UINT32_C(0x9e3779b9);
}

static void
add_event(struct session *s, enum visits_kind kind, uint32_t place,
    unsigned rating, int has_text)
{
	const struct shop_item *item = &s->shop->items[place];

	assert(s->n < s->length);
	s->events[s->n] = (struct visits_event){
		.time = VISITS_START + (int64_t)s->clock,
		.number = s->number + s->n,
		.session = s->number,
		.user = s->user,
		.item = item->number,
		.query = kind == VISITS_VIEW ? s->query : VISITS_NO_QUERY,
		.cents = item->cents,
		.kind = (uint8_t)kind,
		.rating = (uint8_t)rating,
		.has_text = (uint8_t)has_text
	};
	s->n++;
}

/* --- what the user is after --- */

static void
aim_at(struct session *s, size_t group, size_t n_groups,
    const struct alias_slot *slots)
{
	s->first = s->shop->group[group];
	s->end = s->shop->group[group + n_groups];
	s->slots = slots + s->first;
}

static void
aim_at_category(struct session *s)
{
	aim_at(s, s->category * SHOP_NOUNS, SHOP_NOUNS,
	    s->shop->in_category);
}

/* P(c) is proportional to pop_c exp(personal_c). */
static size_t
draw_category(struct session *s)
{
	double weight[SHOP_CATEGORIES], sum = 0, left;
	size_t last = 0;

	for (size_t c = 0; c < SHOP_CATEGORIES; c++) {
		weight[c] = s->shop->popularity[c] * exp(s->mood.category[c]);
		sum += weight[c];
		if (weight[c] > 0)
			last = c;
	}
	left = sum * rng_real(&s->r);
	for (size_t c = 0; c < last; c++)
		if ((left -= weight[c]) < 0 && weight[c] > 0)
			return c;
	return last;
}

/* Who has looked at shoes looks at shirts next: categories go in pairs. */
static size_t
next_category(struct session *s)
{
	const size_t neighbour = s->category ^ 1;

	if (s->n > 0 && happens(s, to_neighbour) &&
	    s->shop->popularity[neighbour] > 0)
		return neighbour;
	return draw_category(s);
}

static void
set_intent(struct session *s)
{
	const struct shop *shop = s->shop;
	uint32_t first, n;

	s->category = next_category(s);
	s->query = VISITS_NO_QUERY;
	first = shop->query[s->category];
	n = shop->query[s->category + 1] - first;
	if (n == 0 || !happens(s, with_query)) {
		aim_at_category(s);
		return;
	}
	s->query = first + alias_draw(shop->in_query + first, n,
	    rng_u64(&s->r));
	aim_at(s, shop->queries[s->query].group, 1, shop->in_group);
}

/* --- what the user looks at --- */

static int
was_seen(const struct session *s, uint32_t place)
{
	for (size_t i = 0; i < s->n_seen && i < SEEN; i++)
		if (s->seen[i] == place)
			return 1;
	return 0;
}

/* exp() of what makes this user choose the item, given that it is shown. */
static float
attraction(const struct session *s, uint32_t place)
{
	const struct shop_item *item = &s->shop->items[place];
	float x;

	if (item->launched > s->mood.t || was_seen(s, place))
		return 0;
	x = shop_liking(&s->mood, item) + item->trend * (s->mood.t - 0.5f);
	if (s->query != VISITS_NO_QUERY &&
	    shop_matches(&s->shop->queries[s->query], item))
		x += (float)query_match;
	return expf(x);
}

/*
 * Importance resampling: candidates come by popularity, one of them is chosen
 * in proportion to the rest of the utility.  As candidates get more, this
 * becomes a draw from the softmax of the whole.  1, or 0 when there are none
 * but those seen or not launched.
 */
static int
choose_shown(struct session *s, uint32_t *chosen)
{
	uint32_t place[CANDIDATES];
	float weight[CANDIDATES], sum = 0, left;
	size_t last = CANDIDATES;

	for (size_t i = 0; i < CANDIDATES; i++) {
		place[i] = s->first + alias_draw(s->slots, s->end - s->first,
		    spread(rng_u32(&s->r)));
		__builtin_prefetch(&s->shop->items[place[i]]);
	}
	for (size_t i = 0; i < CANDIDATES; i++) {
		weight[i] = attraction(s, place[i]);
		sum += weight[i];
		if (weight[i] > 0)
			last = i;
	}
	if (last == CANDIDATES)
		return 0;
	left = sum * (float)rng_real(&s->r);
	*chosen = place[last];
	for (size_t i = 0; i < last; i++)
		if ((left -= weight[i]) < 0 && weight[i] > 0) {
			*chosen = place[i];
			break;
		}
	return 1;
}

/* Who has seen all answers to a query looks at the whole category, and then
 * for something else; in a very small shop, at the same thing again. */
static uint32_t
choose_item(struct session *s)
{
	uint32_t place;

	for (int i = 0; i < INTENTS; i++) {
		if (choose_shown(s, &place))
			return place;
		if (s->query != VISITS_NO_QUERY) {
			s->query = VISITS_NO_QUERY;
			aim_at_category(s);
		} else
			set_intent(s);
	}
	return s->first;	/* there from the start */
}

static void
let_pass(struct session *s, double share)
{
	s->clock += 1 + share * exp(log_pause +
	    log_pause_spread * rng_normal(&s->r));
}

/* A view, perhaps a cart; a purchase is noted, and room kept for it. */
static void
look(struct session *s)
{
	const uint32_t place = choose_item(s);
	const double liking = (double)shop_liking(&s->mood,
	    &s->shop->items[place]);

	add_event(s, VISITS_VIEW, place, 0, 0);
	s->seen[s->n_seen++ % SEEN] = place;
	if (s->n + s->n_basket < s->length &&
	    happens(s, logistic(cart_odds + cart_slope * liking))) {
		let_pass(s, 0.5);
		add_event(s, VISITS_CART, place, 0, 0);
		if (s->n + s->n_basket < s->length && s->n_basket < BASKET &&
		    happens(s, logistic(buy_odds + buy_slope * liking))) {
			s->basket[s->n_basket].place = place;
			s->basket[s->n_basket++].liking = liking;
		}
	}
	let_pass(s, 1);
}

static unsigned
draw_rating(struct session *s, uint32_t place, double liking)
{
	const double x = rating_mean + rating_slope * liking + s->lean +
	    (double)s->shop->items[place].quality +
	    rating_noise * rng_normal(&s->r);

	return (unsigned)lrint(fmin(5, fmax(1, x)));	/* the scale's ends */
}

/* One order: its lines have the same time. */
static void
check_out(struct session *s)
{
	s->query = VISITS_NO_QUERY;
	for (size_t i = 0; i < s->n_basket; i++) {
		const uint32_t place = s->basket[i].place;
		unsigned rating = 0;

		if (happens(s, rated_share))
			rating = draw_rating(s, place, s->basket[i].liking);
		add_event(s, VISITS_PURCHASE, place, rating,
		    rating > 0 && happens(s, text_share));
	}
}

/* --- the session --- */

/* Somebody who has joined by now: the first user always has. */
static uint32_t
draw_user(struct session *s, double t)
{
	for (int i = 0; i < TRIES; i++) {
		const uint32_t u = alias_draw(s->shop->active,
		    (uint32_t)s->shop->config.n_users, rng_u64(&s->r));

		if ((double)s->shop->users[u].joined <= t)
			return u;
	}
	return 0;
}

/* A program that looks at anything, once a second or two. */
static void
visit_of_bot(struct session *s, double t)
{
	const uint32_t n_items = (uint32_t)s->shop->config.n_items;
	uint32_t place;

	s->user = (uint32_t)s->shop->config.n_users +
	    rng_below(&s->r, s->plan->n_bots);
	while (s->n < s->length) {
		int left = TRIES;

		do
			place = rng_below(&s->r, n_items);
		while ((double)s->shop->items[place].launched > t &&
		    --left > 0);
		add_event(s, VISITS_VIEW, left > 0 ? place : 0, 0, 0);
		s->events[s->n - 1].dirt = VISITS_BOT;
		s->clock += 1 + rng_real(&s->r);
	}
}

static void
visit_of_user(struct session *s, double t)
{
	s->user = draw_user(s, t);
	s->lean = (double)s->shop->users[s->user].lean;
	shop_mood(s->shop, s->user, t, &s->mood);
	while (s->n + s->n_basket < s->length) {
		if (s->n == 0 || happens(s, change_intent))
			set_intent(s);
		look(s);
	}
	check_out(s);
}

size_t
session_make(const struct session_plan *plan, uint64_t number, size_t room,
    struct visits_event *events)
{
	struct session s = {
		.plan = plan, .shop = plan->shop, .number = number,
		.events = events, .query = VISITS_NO_QUERY
	};
	double length, share;
	int is_bot;

	rng_init(&s.r, plan->shop->config.seed,
	    rng_stream("visits.session", number));
	is_bot = plan->n_bots > 0 && happens(&s, plan->bot_share);
	length = is_bot ?
	    BOT_LENGTH_MIN + BOT_LENGTH_MORE * rng_real(&s.r) :
	    1 + exp(log_length + log_length_spread * rng_normal(&s.r));
	s.length = length < (double)room ? (size_t)length : room;
	share = ((double)number + rng_real(&s.r) * (double)s.length) /
	    (double)plan->n_events;
	s.clock = rhythm_at(&plan->rhythm, fmin(share, 1));
	if (is_bot)
		visit_of_bot(&s, s.clock / plan->seconds);
	else
		visit_of_user(&s, s.clock / plan->seconds);
	return s.n;
}
