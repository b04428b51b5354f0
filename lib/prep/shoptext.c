#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "prep/shoptext.h"

static const struct {
	const char *name, *nouns[SHOP_NOUNS];
} categories[SHOP_CATEGORIES] = {
	{ "shoes", { "Sneaker", "Boot", "Sandal", "Loafer", "Running Shoe",
	    "Slipper", "Ankle Boot", "Clog" } },
	{ "shirts", { "T-Shirt", "Shirt", "Blouse", "Polo", "Tank Top",
	    "Hoodie", "Sweater", "Cardigan" } },
	{ "coats", { "Rain Jacket", "Parka", "Trench Coat", "Vest",
	    "Down Jacket", "Blazer", "Windbreaker", "Poncho" } },
	{ "bags", { "Backpack", "Tote", "Suitcase", "Wallet", "Shoulder Bag",
	    "Belt Bag", "Duffel", "Laptop Sleeve" } },
	{ "jewellery", { "Watch", "Ring", "Necklace", "Bracelet", "Earrings",
	    "Brooch", "Anklet", "Pendant" } },
	{ "phones", { "Phone", "Phone Case", "Charger", "Screen Protector",
	    "Power Bank", "Cable", "Car Mount", "Smartwatch" } },
	{ "audio", { "Headphones", "Earbuds", "Speaker", "Turntable",
	    "Soundbar", "Microphone", "Radio", "Amplifier" } },
	{ "computers", { "Laptop", "Monitor", "Keyboard", "Mouse", "Webcam",
	    "Router", "Hard Drive", "Docking Station" } },
	{ "kitchen", { "Kettle", "Pan", "Knife", "Blender", "Toaster",
	    "Coffee Maker", "Cutting Board", "Mixing Bowl" } },
	{ "furniture", { "Chair", "Desk", "Shelf", "Lamp", "Sofa", "Table",
	    "Mirror", "Nightstand" } },
	{ "garden", { "Hose", "Planter", "Rake", "Lawn Mower", "Bench",
	    "Watering Can", "Parasol", "Grill" } },
	{ "toys", { "Puzzle", "Board Game", "Doll", "Building Set", "Kite",
	    "Train Set", "Teddy", "Marble Run" } },
	{ "sports", { "Yoga Mat", "Dumbbell", "Tent", "Bicycle Helmet",
	    "Football", "Tennis Racket", "Sleeping Bag", "Skipping Rope" } },
	{ "beauty", { "Shampoo", "Face Cream", "Lipstick", "Perfume",
	    "Hair Dryer", "Nail Polish", "Soap", "Sunscreen" } },
	{ "pets", { "Dog Bed", "Leash", "Cat Tree", "Fish Tank", "Bird Feeder",
	    "Chew Toy", "Collar", "Litter Box" } },
	{ "groceries", { "Coffee", "Tea", "Olive Oil", "Chocolate", "Honey",
	    "Pasta", "Muesli", "Hot Sauce" } }
};

static const char *const brands[SHOP_ALL_BRANDS] = {
	"Aldine", "Brisko", "Caldera", "Dunmoor", "Elvora", "Fennick",
	"Garrow", "Holmby", "Ivarra", "Jorvik", "Kestrel", "Lumara",
	"Marlowe", "Nordwin", "Oakhart", "Pellucid", "Quillon", "Rowanbee",
	"Solvane", "Tamsin", "Umbriel", "Velloway", "Wexcroft", "Yarrow",
	"Zephira", "Ashgrove", "Bellmere", "Corvane", "Drayton", "Eastlow",
	"Farrier", "Glenmoss", "Hartwell", "Inkpen", "Kilburn", "Larkrise",
	"Merrow", "Northam", "Orrin", "Pinehurst"
};

static const char *const adjectives[SHOP_ADJECTIVES] = {
	"Classic", "Compact", "Light", "Premium", "Everyday", "Slim", "Soft",
	"Sturdy", "Modern", "Vintage", "Pocket", "Large", "Quiet", "Bright",
	"Natural", "Smart"
};

static const char *const segments[SHOP_SEGMENTS] = {
	"bargain", "family", "fashion", "gadget", "home", "outdoor", "gourmet",
	"luxury"
};

static const char *const ages[SHOP_AGES] = {
	"18-24", "25-34", "35-49", "50-64", "65+"
};
static const char *const genders[SHOP_GENDERS] = { "f", "m", "x" };
static const char *const countries[SHOP_COUNTRIES] = {
	"de", "fr", "uk", "us", "nl", "it", "es", "pl", "se", "at"
};

const char *
shoptext_category(size_t category)
{
	assert(category < SHOP_CATEGORIES);
	return categories[category].name;
}

/* Neighbouring categories share some of their brands. */
size_t
shoptext_brand_number(size_t category, size_t brand)
{
	assert(category < SHOP_CATEGORIES && brand < SHOP_BRANDS);
	return (category * 5 + brand) % SHOP_ALL_BRANDS;
}

const char *
shoptext_brand(size_t category, size_t brand)
{
	return brands[shoptext_brand_number(category, brand)];
}

const char *
shoptext_segment(size_t segment)
{
	assert(segment < SHOP_SEGMENTS);
	return segments[segment];
}

const char *
shoptext_age(size_t age)
{
	assert(age < SHOP_AGES);
	return ages[age];
}

const char *
shoptext_gender(size_t gender)
{
	assert(gender < SHOP_GENDERS);
	return genders[gender];
}

const char *
shoptext_country(size_t country)
{
	assert(country < SHOP_COUNTRIES);
	return countries[country];
}

static const char *
noun_of(size_t group)
{
	assert(group < SHOP_GROUPS);
	return categories[group / SHOP_NOUNS].nouns[group % SHOP_NOUNS];
}

void
shoptext_title(struct buf *b, size_t group, size_t brand, size_t adjective,
    size_t series)
{
	assert(adjective < SHOP_ADJECTIVES);
	buf_text(b, shoptext_brand(group / SHOP_NOUNS, brand));
	buf_char(b, ' ');
	buf_text(b, adjectives[adjective]);
	buf_char(b, ' ');
	buf_text(b, noun_of(group));
	if (series > 0) {
		buf_char(b, ' ');
		buf_int(b, (int64_t)series + 1);
	}
}

/* In lower case, as people type. */
static void
add_lower(struct buf *b, const char *word)
{
	for (; *word != '\0'; word++)
		buf_char(b, (char)tolower((unsigned char)*word));
}

void
shoptext_query(struct buf *b, size_t group, int brand, int adjective)
{
	if (brand >= 0) {
		add_lower(b, shoptext_brand(group / SHOP_NOUNS,
		    (size_t)brand));
		buf_char(b, ' ');
	}
	if (adjective >= 0) {
		add_lower(b, adjectives[adjective]);
		buf_char(b, ' ');
	}
	add_lower(b, noun_of(group));
}

/* --- reviews --- */

enum { OPENINGS = 4, DETAILS = 8, ENDINGS = 6, FOREIGN = 4, RATINGS = 5 };

static const char *const openings[RATINGS][OPENINGS] = {
	{ "Broke after a week", "Not as described", "Waste of money",
	    "Sent it back" },
	{ "Disappointed", "Expected more", "Poor quality for the price",
	    "Works, but only just" },
	{ "It is fine", "Average", "Does what it should, no more", "Okay" },
	{ "Good value", "Happy with it", "Solid and well made",
	    "Better than I thought" },
	{ "Love it", "Perfect", "Exactly what I needed",
	    "Best one I have had" }
};

static const char *const details[DETAILS] = {
	"delivery took three days", "the colour is as in the picture",
	"the size runs small", "my daughter uses it every day",
	"packaging could be smaller", "I compared it with two others",
	"bought it as a present", "the instructions are short"
};

/* What a reader of CSV has to get right stands in these. */
static const char *const endings[ENDINGS] = {
	"Would buy again.", "My husband says \"never again\".",
	"Pros: light, cheap, quiet.\nCons: none so far.",
	"5\" wide, 12\" long.", "Thanks!\n\nAnna", "Recommended, with care."
};

static const char *const foreign_words[FOREIGN] = {
	"Tr\xc3\xa8s bien", "Gr\xc3\xb6\xc3\x9f" "er als gedacht",
	"Se\xc3\xb1or Ib\xc3\xa1\xc3\xb1" "ez approves", "D\xc3\xa9j\xc3\xa0 vu"
};

/* UTF-8 of letters below U+0100 as Latin-1: two bytes become one. */
static void
add_latin1(struct buf *b, const char *text)
{
	for (; *text != '\0'; text++) {
		const unsigned char c = (unsigned char)text[0];

		if (c == 0xc2 || c == 0xc3) {
			text++;
			buf_char(b, (char)((c & 3) << 6 | (*text & 0x3f)));
		} else
			buf_char(b, *text);
	}
}

void
shoptext_review(struct buf *b, struct rng *r, unsigned rating, int foreign,
    int latin1)
{
	const uint32_t form = rng_below(r, 10);

	assert(rating >= 1 && rating <= RATINGS);
	buf_text(b, openings[rating - 1][rng_below(r, OPENINGS)]);
	if (form < 6) {
		buf_text(b, ", ");
		buf_text(b, details[rng_below(r, DETAILS)]);
	}
	buf_text(b, ".");
	if (form % 5 == 0) {
		buf_text(b, " ");
		buf_text(b, endings[rng_below(r, ENDINGS)]);
	}
	if (foreign || latin1) {
		const char *words = foreign_words[rng_below(r, FOREIGN)];

		buf_text(b, " ");
		if (latin1)
			add_latin1(b, words);
		else
			buf_text(b, words);
		buf_text(b, "!");
	}
}
