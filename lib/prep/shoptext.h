#ifndef SRS_SHOPTEXT_H
#define SRS_SHOPTEXT_H

/*
 * shoptext.h -- the words of a made-up shop: categories and what they sell,
 * brands, adjectives; who the customers are; what they search and write.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rng.h"

enum {
	SHOP_CATEGORIES = 16,
	SHOP_NOUNS = 8,			/* kinds of goods in a category */
	SHOP_GROUPS = SHOP_CATEGORIES * SHOP_NOUNS,
	SHOP_BRANDS = 8,		/* in a category, of ... */
	SHOP_ALL_BRANDS = 40,
	SHOP_ADJECTIVES = 16,
	SHOP_SEGMENTS = 8,
	SHOP_AGES = 5,
	SHOP_GENDERS = 3,
	SHOP_COUNTRIES = 10
};

const char *shoptext_category(size_t category);
const char *shoptext_brand(size_t category, size_t brand);
const char *shoptext_segment(size_t segment);
const char *shoptext_age(size_t age);
const char *shoptext_gender(size_t gender);
const char *shoptext_country(size_t country);

/* Which of all brands it is. */
size_t shoptext_brand_number(size_t category, size_t brand);

/* "Aldine Compact Kettle", "Aldine Compact Kettle 2" from series 1 on. */
void shoptext_title(struct buf *, size_t group, size_t brand,
    size_t adjective, size_t series);

/* "compact kettle", "aldine kettle", "kettle": -1 leaves a word out. */
void shoptext_query(struct buf *, size_t group, int brand, int adjective);

/*
 * One or two sentences that fit a rating of 1 to 5.  Now and then with a
 * comma, a line break or quotes in them; `foreign` puts in words with letters
 * beyond ASCII, and `latin1` writes those in Latin-1: then the text is not
 * UTF-8.
 */
void shoptext_review(struct buf *, struct rng *, unsigned rating,
    int foreign, int latin1);

#endif
