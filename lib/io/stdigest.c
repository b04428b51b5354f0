#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "io/stdigest.h"

const char STDIGEST_KEY[] = "srs.digest";

/* With its '\0', so that two texts are not two others. */
static uint64_t
add_text(uint64_t digest, const char *text)
{
	return hash_bytes(text, strlen(text) + 1, digest);
}

uint64_t
stdigest_meta(uint64_t digest, const char *key, const char *value)
{
	return add_text(add_text(digest, key), value);
}

uint64_t
stdigest_tensor(uint64_t digest, const struct st_tensor *t)
{
	digest = add_text(add_text(digest, t->name), st_type_name(t->type));
	for (size_t i = 0; i < t->n_dims; i++) {
		const uint64_t n = t->dims[i];

		digest = hash_bytes(&n, sizeof n, digest);
	}
	return hash_bytes(t->data, st_bytes(t), digest);
}

void
stdigest_text(uint64_t digest, char text[STDIGEST_SIZE])
{
	snprintf(text, STDIGEST_SIZE, "%016" PRIx64, digest);
}
