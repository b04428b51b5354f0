#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/itemtable.h"

struct itemtable *
itemtable_new(size_t n_items)
{
	struct itemtable *t = mem_array("an item table", 1, sizeof *t);

	t->n_items = n_items;
	t->has = mem_array("an item table", n_items, sizeof *t->has);
	return t;
}

void
itemtable_free(struct itemtable *t)
{
	if (t == NULL)
		return;
	for (size_t c = 0; c < t->n_columns; c++) {
		free(t->column[c].name);
		idmap_free(t->column[c].names);
		free(t->column[c].token);
		free(t->column[c].first);
		free(t->column[c].n_tokens);
		free(t->column[c].number);
	}
	free(t->column);
	free(t->has);
	free(t);
}

size_t
itemtable_add_column(struct itemtable *t, const char *name,
    enum itemtable_kind kind)
{
	struct itemtable_column c = { .kind = kind };

	c.name = mem_text(name, strlen(name));
	if (kind == ITEMTABLE_NUMBER) {
		c.number = mem_array("an item table", t->n_items,
		    sizeof *c.number);
		for (size_t i = 0; i < t->n_items; i++)
			c.number[i] = NAN;
	} else {
		c.names = idmap_new();
		c.first = mem_array("an item table", t->n_items,
		    sizeof *c.first);
		c.n_tokens = mem_array("an item table", t->n_items,
		    sizeof *c.n_tokens);
	}
	t->column = mem_grow("an item table", t->column, &t->cap,
	    t->n_columns + 1, sizeof *t->column);
	t->column[t->n_columns] = c;
	return t->n_columns++;
}

void
itemtable_add_token(struct itemtable *t, size_t column, uint32_t item,
    struct span token)
{
	struct itemtable_column *c = &t->column[column];

	c->token = mem_grow("an item table", c->token, &c->cap, c->n + 1,
	    sizeof *c->token);
	if (c->n_tokens[item] == 0)
		c->first[item] = c->n;
	assert(c->first[item] + c->n_tokens[item] == c->n);
	c->token[c->n++] = idmap_add(c->names, token);
	c->n_tokens[item]++;
}

const struct itemtable_column *
itemtable_find(const struct itemtable *t, const char *name)
{
	for (size_t c = 0; c < t->n_columns; c++)
		if (strcmp(t->column[c].name, name) == 0)
			return &t->column[c];
	return NULL;
}
