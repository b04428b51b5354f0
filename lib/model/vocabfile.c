#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/vocabfile.h"

void
vocabfile_put(struct st_writer *w, const struct vocabulary *v)
{
	const size_t n = vocabulary_fields(v);
	unsigned char *kind = mem_array("fields", n, 1);
	float *mean = mem_array("fields", n, sizeof *mean);
	float *scale = mem_array("fields", n, sizeof *scale);

	for (size_t f = 0; f < n; f++) {
		kind[f] = (unsigned char)v->field[f].kind;
		mean[f] = v->field[f].mean;
		scale[f] = v->field[f].scale;
	}
	st_put_meta(w, "input", v->is_libfm ? "libfm" : "table");
	model_put_size(w, "hash-bits", v->hash_bits);
	model_put_ids(w, "field_names", v->fields);
	st_put_copy(w, "field_kind", ST_U8, &n, 1, kind);
	st_put_copy(w, "field_mean", ST_F32, &n, 1, mean);
	st_put_copy(w, "field_scale", ST_F32, &n, 1, scale);
	if (v->hash_bits == 0) {
		const size_t m = vocabulary_features(v);

		model_put_ids(w, "feature_ids", v->features);
		if (v->is_libfm)
			st_put(w, "feature_field", ST_U16, &m, 1, v->field_of);
	}
	free(kind);
	free(mean);
	free(scale);
}

static int
get_fields(const struct st_file *f, struct vocabulary *v)
{
	const size_t n = v->fields != NULL ? idmap_count(v->fields) : 0;
	const struct st_tensor *kind = st_want(f, "field_kind", ST_U8, &n, 1);
	const float *mean = kind == NULL ? NULL : model_vec(f, "field_mean", n);
	const float *scale = mean == NULL ? NULL :
	    model_vec(f, "field_scale", n);

	if (scale == NULL)
		return -1;
	if (n == 0 || n > FIELDS_MOST)
		return err_msg("%s: field_names: %zu, not 1 to %d", st_path(f),
		    n, FIELDS_MOST);
	v->field = mem_array("fields", n, sizeof *v->field);
	for (size_t i = 0; i < n; i++) {
		const unsigned char k = ((const unsigned char *)kind->data)[i];

		if (k > FIELD_WORDS)
			return err_msg("%s: field_kind: no kind %d",
			    st_path(f), k);
		v->field[i] = (struct field){ (enum field_kind)k, mean[i],
			scale[i] };
	}
	return 0;
}

static int
get_features(const struct st_file *f, struct vocabulary *v)
{
	const size_t n_fields = idmap_count(v->fields);
	const struct st_tensor *field;
	size_t n;

	idmap_free(v->features);
	v->features = model_ids(f, "feature_ids");
	if (v->features == NULL)
		return -1;
	n = idmap_count(v->features);
	if (!v->is_libfm)
		return 0;
	field = st_want(f, "feature_field", ST_U16, &n, 1);
	if (field == NULL)
		return -1;
	v->field_of = mem_array("features", n, sizeof *v->field_of);
	if (n > 0)
		memcpy(v->field_of, field->data, n * sizeof *v->field_of);
	for (size_t i = 0; i < n; i++)
		if (v->field_of[i] >= n_fields)
			return err_msg("%s: feature_field: no field %d",
			    st_path(f), v->field_of[i]);
	return 0;
}

static int
get(const struct st_file *f, struct vocabulary *v)
{
	const char *input = st_meta(f, "input");
	size_t bits;

	if (input == NULL || model_size(f, "hash-bits", &bits) != 0)
		return input != NULL ? -1 : err_msg("%s: the metadata has no "
		    "'input'", st_path(f));
	if (bits > HASH_BITS_MOST)
		return err_msg("%s: hash-bits %zu is more than %d", st_path(f),
		    bits, HASH_BITS_MOST);
	v->is_libfm = strcmp(input, "libfm") == 0;
	v->hash_bits = (unsigned)bits;
	idmap_free(v->fields);
	v->fields = model_ids(f, "field_names");
	if (v->fields == NULL || get_fields(f, v) != 0)
		return -1;
	return bits > 0 ? 0 : get_features(f, v);
}

struct vocabulary *
vocabfile_get(const struct st_file *f)
{
	struct vocabulary *v = vocabulary_new();

	if (get(f, v) == 0)
		return v;
	vocabulary_free(v);
	return NULL;
}
