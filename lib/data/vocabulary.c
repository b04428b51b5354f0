#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "data/vocabulary.h"

struct vocabulary *
vocabulary_new(void)
{
	struct vocabulary *v = mem_array("vocabulary", 1, sizeof *v);

	v->fields = idmap_new();
	v->features = idmap_new();
	return v;
}

void
vocabulary_free(struct vocabulary *v)
{
	if (v == NULL)
		return;
	idmap_free(v->fields);
	idmap_free(v->features);
	idmap_free(v->classes);
	free(v->field);
	free(v->field_of);
	free(v);
}

size_t
vocabulary_fields(const struct vocabulary *v)
{
	return idmap_count(v->fields);
}

size_t
vocabulary_features(const struct vocabulary *v)
{
	return v->hash_bits > 0 ? (size_t)1 << v->hash_bits :
	    idmap_count(v->features);
}

int
vocabulary_is_text(const struct vocabulary *v)
{
	return vocabulary_fields(v) == 1 && v->field[0].kind == FIELD_WORDS;
}

int
vocabulary_is_binary(const struct vocabulary *v)
{
	return v->classes == NULL || (idmap_count(v->classes) == 2 &&
	    span_is(idmap_name(v->classes, 0), "0") &&
	    span_is(idmap_name(v->classes, 1), "1"));
}

size_t
vocabulary_add_field(struct vocabulary *v, struct span name,
    enum field_kind kind)
{
	const size_t n = idmap_count(v->fields);

	assert(n < FIELDS_MOST && idmap_find(v->fields, name) == IDMAP_NONE);
	v->field = mem_grow("vocabulary", v->field, &v->cap_field, n + 1,
	    sizeof *v->field);
	v->field[n] = (struct field){ .kind = kind, .scale = 1 };
	return idmap_add(v->fields, name);
}

static uint32_t
hashed(const struct vocabulary *v, struct span name)
{
	return (uint32_t)(hash_bytes(name.p, name.n, 0) &
	    (vocabulary_features(v) - 1));
}

uint32_t
vocabulary_find(const struct vocabulary *v, struct span name)
{
	return v->hash_bits > 0 ? hashed(v, name) :
	    idmap_find(v->features, name);
}

uint32_t
vocabulary_add(struct vocabulary *v, struct span name, uint16_t field)
{
	const size_t n = idmap_count(v->features);
	uint32_t id;

	if (v->hash_bits > 0)
		return hashed(v, name);
	id = idmap_add(v->features, name);
	if (id == n && v->is_libfm) {
		v->field_of = mem_grow("vocabulary", v->field_of,
		    &v->cap_field_of, n + 1, sizeof *v->field_of);
		v->field_of[n] = field;
	}
	return id;
}
