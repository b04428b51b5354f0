#include <utf8proc.h>

#include "data/tokenize.h"

static int
is_in_word(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return 1;
	default:
		return 0;
	}
}

/* The words of one text, as they are written. */
struct words {
	struct buf *out;
	const struct tokenize_rules *rules;
	size_t first;		/* where the words begin in *out */
	size_t at;		/* where the last one does */
	size_t letters;		/* of the last one */
};

/* Keeps the word that has been written last, or takes it back. */
static void
end_word(struct words *w)
{
	const struct span word = { w->out->p + w->at, w->out->n - w->at };
	const int stays = w->letters > 0 && w->letters >= w->rules->min &&
	    (w->rules->stop == NULL ||
	    idmap_find(w->rules->stop, word) == IDMAP_NONE);

	if (stays)
		buf_char(w->out, ' ');
	else
		w->out->n = w->at;
	w->at = w->out->n;
	w->letters = 0;
}

void
tokenize(struct span text, const struct tokenize_rules *rules,
    struct buf *out)
{
	struct words w = { out, rules, out->n, out->n, 0 };
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text.p;
	size_t i = 0;

	while (i < text.n) {
		utf8proc_int32_t c;
		const utf8proc_ssize_t n = utf8proc_iterate(p + i,
		    (utf8proc_ssize_t)(text.n - i), &c);

		i += n > 0 ? (size_t)n : 1;
		if (n <= 0 || !is_in_word(c)) {
			if (w.letters > 0)
				end_word(&w);
			continue;
		}
		out->n += (size_t)utf8proc_encode_char(utf8proc_tolower(c),
		    (utf8proc_uint8_t *)buf_room(out, 4));
		w.letters++;
	}
	if (w.letters > 0)
		end_word(&w);
	if (out->n > w.first)
		out->n--;	/* the blank after the last word */
}
