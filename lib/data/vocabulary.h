#ifndef SRS_VOCABULARY_H
#define SRS_VOCABULARY_H

/*
 * vocabulary.h -- the features that examples of few features are made of.
 *
 * A feature is a value of a field: "brand=acme" of the field brand of a table,
 * the number 17 of a libfm text.  A field of numbers is one feature, whose
 * value in an example is the number in standard units.  Features are numbered
 * in the order in which they come up, or by a hash of their names: then two
 * may share a number, and none is unknown.
 *
 * The words of a text are features too, "text=film", each as often as it
 * stands there, in the order of the text.  Labels beside texts are names of
 * classes, which are sorted.
 */

#include <stddef.h>
#include <stdint.h>

#include "data/idmap.h"

enum field_kind {
	FIELD_TOKEN,		/* one value */
	FIELD_TOKENS,		/* any number of values, which share 1 */
	FIELD_NUMBER,
	FIELD_WORDS		/* a text: any number of values, each 1 */
};

enum { FIELDS_MOST = 65535, HASH_BITS_MOST = 30 };

struct field {
	enum field_kind kind;
	float mean, scale;	/* of FIELD_NUMBER: (x - mean) scale */
};

struct vocabulary {
	int is_libfm;		/* fields are not columns */
	unsigned hash_bits;	/* > 0: 2^hash_bits features by hash */
	struct idmap *fields;	/* owned */
	struct field *field;	/* (fields of cap) owned */
	struct idmap *features;	/* names; empty with hash_bits; owned */
	uint16_t *field_of;	/* (features of cap) owned; of a libfm text
				 * only */
	struct idmap *classes;	/* what labels are numbers of; owned; NULL:
				 * they are 0 or 1 */
	size_t cap_field, cap_field_of;
};

struct vocabulary *vocabulary_new(void);
void vocabulary_free(struct vocabulary *);

size_t vocabulary_fields(const struct vocabulary *);
size_t vocabulary_features(const struct vocabulary *);

/* Is there a field of words?  Then it is the only one. */
int vocabulary_is_text(const struct vocabulary *);

/* Are the classes "0" and "1", as labels without classes are? */
int vocabulary_is_binary(const struct vocabulary *);

/* A new field, whose name is new; its number. */
size_t vocabulary_add_field(struct vocabulary *, struct span name,
    enum field_kind);

/* The number of a feature by its name, or IDMAP_NONE. */
uint32_t vocabulary_find(const struct vocabulary *, struct span name);

/* The same, added if it is new: as one of `field`. */
uint32_t vocabulary_add(struct vocabulary *, struct span name,
    uint16_t field);

#endif
