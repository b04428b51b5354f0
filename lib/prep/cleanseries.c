#include <math.h>
#include <stdlib.h>

#include "base/num.h"
#include "prep/clean.h"
#include "prep/cleanseries.h"

struct visit {
	const struct cleanseries *series;
	cleanseries_see *see;
	cleanseries_edit *edit;		/* one of them is NULL */
	void *arg;
	struct textlog_window window;
	struct buf text, edited;
};

/* The number's place in a row's text, "\tA\tB\tC": after so many tabs. */
static struct span
field_of(const struct buf *text, size_t column)
{
	struct span rest = { text->p, text->n };

	for (size_t i = 0; i <= column; i++)
		span_cut(&rest, '\t');
	return span_cut(&rest, '\t');
}

static int
put_edited(struct visit *v, struct span field, double x, uint64_t *at)
{
	const size_t before = (size_t)(field.p - v->text.p);
	const size_t after = before + field.n;

	v->edited.n = 0;
	buf_add(&v->edited, v->text.p, before);
	if (!isnan(x))
		buf_double(&v->edited, x);
	buf_add(&v->edited, v->text.p + after, v->text.n - after);
	return textlog_add(v->series->store->texts,
	    (struct span){ v->edited.p, v->edited.n }, at);
}

static int
visit_text(struct visit *v, struct cleanblock *b, size_t i)
{
	double x = NAN, to;
	struct span field;

	v->text.n = 0;
	if (cleanstore_text(v->series->store, b->at[i], &v->window,
	    &v->text) != 0)
		return -1;
	field = field_of(&v->text, v->series->at - CLEAN_FIELDS);
	if (field.n > 0 && num_real(field, &x) != 0)
		x = NAN;	/* past a double: nothing that was read is */
	if (v->see != NULL) {
		v->see(v->arg, b, i, x);
		return 0;
	}
	to = v->edit(v->arg, b, i, x);
	if (b->gone[i] || (isnan(x) && isnan(to)) || (to >= x && to <= x))
		return 0;
	return put_edited(v, field, to, &b->at[i]);
}

static void
visit_float(struct visit *v, struct cleanblock *b, float *x, size_t i)
{
	if (v->see != NULL)
		v->see(v->arg, b, i, (double)x[i]);
	else
		x[i] = (float)v->edit(v->arg, b, i, (double)x[i]);
}

static int
visit_block(void *arg, struct cleanblock *b)
{
	struct visit *v = arg;
	float *x = v->series->at == CLEAN_RATING ? b->rating : b->weight;
	int status = 0;

	for (size_t i = 0; i < b->n && status == 0; i++)
		if (v->series->at >= CLEAN_FIELDS)
			status = visit_text(v, b, i);
		else
			visit_float(v, b, x, i);
	return status;
}

static int
visit_all(struct visit *v)
{
	const int status = cleanstore_scan(v->series->store, v->edit != NULL,
	    visit_block, v);

	free(v->window.p);
	buf_release(&v->text);
	buf_release(&v->edited);
	return status;
}

int
cleanseries_read(const struct cleanseries *s, cleanseries_see *see, void *arg)
{
	struct visit v = { .series = s, .see = see, .arg = arg };

	return visit_all(&v);
}

int
cleanseries_change(const struct cleanseries *s, cleanseries_edit *edit,
    void *arg)
{
	struct visit v = { .series = s, .edit = edit, .arg = arg };

	return visit_all(&v);
}
