/* opthelp.c -- a table of options as --help and as a man page's OPTIONS. */

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "cli/opt.h"

enum { HELP_COLUMN = 28, HELP_WIDTH = 79 };

/* Adds the option's default in digits or words; nothing when it has none. */
static void
add_default(struct buf *b, const struct opt *o)
{
	const char *text = NULL;
	const struct choice *c;
	size_t n;

	switch (o->type) {
	case OPT_T_SIZE:
	case OPT_T_BYTES:
		n = *(const size_t *)o->value;
		if (n == OPT_UNSET)
			return;
		if (o->type == OPT_T_BYTES && n > 0 && n % (1 << 30) == 0)
			buf_format(b, "%zuG", n >> 30);
		else if (o->type == OPT_T_BYTES && n > 0 && n % (1 << 20) == 0)
			buf_format(b, "%zuM", n >> 20);
		else
			buf_format(b, "%zu", n);
		return;
	case OPT_T_REAL:
		if (!isnan(*(const double *)o->value))
			buf_double(b, *(const double *)o->value);
		return;
	case OPT_T_TEXT:
	case OPT_T_WORDS:
	case OPT_T_FILE:
		text = *(const char *const *)o->value;
		break;
	case OPT_T_CHOICE:
	case OPT_T_METHOD:
		c = *(const struct choice *const *)o->value;
		text = c ? c->name : NULL;
		break;
	case OPT_T_FLAG:
	case OPT_T_STOP:
	case OPT_T_LIST:
	case OPT_T_FILES:
	case OPT_T_END:
		break;
	}
	if (text != NULL)
		buf_text(b, text);
}

/* "one of a, b, c" for a choice. */
static void
add_choices(struct buf *b, const struct opt *o)
{
	const struct choice *c;

	for (size_t i = 0; (c = o->choices(i)) != NULL; i++)
		buf_format(b, "%s%s", i > 0 ? ", " : "", c->name);
}

/* Is each choice described, too? */
static int
has_table(const struct opt *o)
{
	return o->choices != NULL && o->type != OPT_T_CHOICE &&
	    o->type != OPT_T_WORDS;
}

/* Writes text from column `left` on, where the line is; wraps between words
 * and begins a new line where the text does. */
static void
put_wrapped(const char *text, size_t left, FILE *out)
{
	size_t column = left;

	while (*text != '\0') {
		const size_t len = strcspn(text, " \n");

		if (column > left && (column + 1 + len > HELP_WIDTH)) {
			fprintf(out, "\n%*s", (int)left, "");
			column = left;
		} else if (column > left) {
			fputc(' ', out);
			column++;
		}
		fwrite(text, 1, len, out);
		column += len;
		for (text += len; *text == ' ' || *text == '\n'; text++)
			if (*text == '\n') {
				fprintf(out, "\n%*s", (int)left, "");
				column = left;
			}
	}
	fputc('\n', out);
}

void
opt_paragraph(const char *text, FILE *out)
{
	put_wrapped(text, 0, out);
}

/* The line of one option. */
static void
put_option(const struct opt *o, FILE *out)
{
	struct buf label = BUF_EMPTY, help = BUF_EMPTY, value = BUF_EMPTY;

	if (o->key)
		buf_format(&label, "  -%c, ", o->key);
	else
		buf_text(&label, "      ");
	buf_format(&label, "--%s", o->name);
	if (o->arg != NULL)
		buf_format(&label, " %s", o->arg);
	buf_text(&help, o->help);
	if (o->type == OPT_T_CHOICE) {
		buf_text(&help, ": ");
		add_choices(&help, o);
	}
	add_default(&value, o);
	if (value.n > 0)
		buf_format(&help, " [%s]", buf_cstr(&value));
	fputs(buf_cstr(&label), out);
	if (label.n + 2 > HELP_COLUMN)
		fprintf(out, "\n%*s", HELP_COLUMN, "");
	else
		fprintf(out, "%*s", (int)(HELP_COLUMN - label.n), "");
	put_wrapped(buf_cstr(&help), HELP_COLUMN, out);
	buf_release(&label);
	buf_release(&help);
	buf_release(&value);
}

/* Under --method and the like: each one, what it is, and what it takes. */
static void
put_methods(const struct opt *o, FILE *out)
{
	const struct choice *c;

	for (size_t i = 0; (c = o->choices(i)) != NULL; i++) {
		const size_t len = strlen(c->name);
		const int pad = len < 14 ? (int)(14 - len) : 1;

		fprintf(out, "%12s%s%*s  ", "", c->name, pad, "");
		put_wrapped(c->purpose, HELP_COLUMN, out);
		if (c->defaults == NULL || c->defaults[0] == '\0')
			continue;
		fprintf(out, "%*s", HELP_COLUMN, "");
		put_wrapped(c->defaults, HELP_COLUMN, out);
	}
}

void
opt_help(const struct opt *o, FILE *out)
{
	for (; o->type != OPT_T_END; o++) {
		put_option(o, out);
		if (has_table(o))
			put_methods(o, out);
	}
}

/* Text that roff takes as it is; a sentence's end must not look like one. */
static void
put_roff(const char *text, FILE *out)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else
			fputc(*text, out);
	}
}

static void
mdoc_methods(const struct opt *o, FILE *out)
{
	const struct choice *c;

	fputs(".Bl -tag -width Ds\n", out);
	for (size_t i = 0; (c = o->choices(i)) != NULL; i++) {
		fprintf(out, ".It Cm %s\n", c->name);
		put_roff(c->purpose, out);
		fputs(".\n", out);
		if (c->defaults == NULL || c->defaults[0] == '\0')
			continue;
		fputs("Takes ", out);
		put_roff(c->defaults, out);
		fputs(".\n", out);
	}
	fputs(".El\n", out);
}

static void
mdoc_option(const struct opt *o, FILE *out)
{
	struct buf value = BUF_EMPTY;

	fputs(".It", out);
	if (o->key)
		fprintf(out, " Fl %c ,", o->key);
	fprintf(out, " Fl Fl %s", o->name);
	if (o->arg != NULL)
		fprintf(out, " Ar %s", o->arg);
	fputc('\n', out);
	put_roff(o->help, out);
	if (o->type == OPT_T_CHOICE) {
		struct buf names = BUF_EMPTY;

		add_choices(&names, o);
		fputs(": ", out);
		put_roff(buf_cstr(&names), out);
		buf_release(&names);
	}
	fputs(".\n", out);
	add_default(&value, o);
	if (value.n > 0) {
		fputs("The default is ", out);
		put_roff(buf_cstr(&value), out);
		fputs(".\n", out);
	}
	if (o->some)
		fputs("Only for the methods that name it.\n", out);
	if (has_table(o))
		mdoc_methods(o, out);
	buf_release(&value);
}

void
opt_mdoc(const struct opt *o, FILE *out)
{
	for (; o->type != OPT_T_END; o++)
		mdoc_option(o, out);
}
