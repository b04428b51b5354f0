#include <ctype.h>
#include <string.h>

#include "cli/complete.h"

static int
wants_file(const struct opt *o)
{
	return o->type == OPT_T_FILE || o->type == OPT_T_FILES;
}

static int
has_choices(const struct opt *o)
{
	return o->choices != NULL;
}

/* The words of a choice with blanks between them. */
static void
put_words(const struct opt *o, FILE *out)
{
	const struct choice *c;

	for (size_t i = 0; (c = o->choices(i)) != NULL; i++)
		fprintf(out, "%s%s", i > 0 ? " " : "", c->name);
}

/* `text` where single quotes enclose it; zsh also takes [ ] : apart. */
static void
put_quoted(const char *text, const char *special, FILE *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'') {
			fputs("'\\''", out);
			continue;
		}
		if (strchr(special, *text) != NULL)
			fputc('\\', out);
		fputc(*text, out);
	}
}

/* A function's name from a tool's: srs-topk gives _srs_topk. */
static void
put_function(const char *tool, FILE *out)
{
	fputc('_', out);
	for (; *tool != '\0'; tool++)
		fputc(isalnum((unsigned char)*tool) ? *tool : '_', out);
}

/* "-k|--top": the pattern of one option in a case of bash. */
static void
put_pattern(const struct opt *o, FILE *out)
{
	if (o->key)
		fprintf(out, "-%c|", o->key);
	fprintf(out, "--%s", o->name);
}

void
complete_bash(const char *tool, const struct opt *const tables[], FILE *out)
{
	fprintf(out, "# bash completion for %s; made by `make docs`\n", tool);
	put_function(tool, out);
	fputs("()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]}"
	    " prev=${COMP_WORDS[COMP_CWORD-1]}\n\n"
	    "\tcompopt +o default\n\tcase $prev in\n", out);
	for (const struct opt *const *t = tables; *t != NULL; t++)
		for (const struct opt *o = *t; o->type != OPT_T_END; o++) {
			if (o->arg == NULL)
				continue;
			fputc('\t', out);
			put_pattern(o, out);
			fputs(")\n\t\tCOMPREPLY=(", out);
			if (has_choices(o)) {
				fputs("$(compgen -W '", out);
				put_words(o, out);
				fputs("' -- \"$cur\")", out);
			}
			fputs(")\n", out);
			if (wants_file(o))
				fputs("\t\tcompopt -o default\n", out);
			fputs("\t\treturn ;;\n", out);
		}
	fputs("\tesac\n\tif [[ $cur == -* ]]; then\n"
	    "\t\tCOMPREPLY=($(compgen -W '", out);
	for (const struct opt *const *t = tables; *t != NULL; t++)
		for (const struct opt *o = *t; o->type != OPT_T_END; o++)
			fprintf(out, "%s--%s", o == tables[0] ? "" : " ",
			    o->name);
	fputs("' -- \"$cur\"))\n\telse\n\t\tCOMPREPLY=()\n"
	    "\t\tcompopt -o default\n\tfi\n}\ncomplete -F ", out);
	put_function(tool, out);
	fprintf(out, " %s\n", tool);
}

/* '(-k --top)'{-k,--top}'[help]:N:action' */
static void
zsh_option(const struct opt *o, FILE *out)
{
	const int again = o->type == OPT_T_LIST || o->type == OPT_T_FILES;
	const char *equals = o->arg ? "=" : "";

	fputs(" \\\n\t", out);
	if (again)
		fputs("'*'", out);
	else if (o->key)
		fprintf(out, "'(-%c --%s)'", o->key, o->name);
	if (o->key)
		fprintf(out, "{-%c%s,--%s%s}", o->key, o->arg ? "+" : "",
		    o->name, equals);
	else
		fprintf(out, "--%s%s", o->name, equals);
	fputs("'[", out);
	put_quoted(o->help, "[]:\\", out);
	fputc(']', out);
	if (o->arg != NULL) {
		fputc(':', out);
		put_quoted(o->arg, "[]:\\", out);
		fputc(':', out);
	}
	if (has_choices(o)) {
		fputc('(', out);
		put_words(o, out);
		fputc(')', out);
	} else if (wants_file(o)) {
		fputs("_files", out);
	}
	fputc('\'', out);
}

void
complete_zsh(const char *tool, const struct opt *const tables[], FILE *out)
{
	fprintf(out, "#compdef %s\n# zsh completion; made by `make docs`\n"
	    "_arguments -s -S", tool);
	for (; *tables != NULL; tables++)
		for (const struct opt *o = *tables; o->type != OPT_T_END; o++)
			zsh_option(o, out);
	fputs(" \\\n\t'*:file:_files'\n", out);
}

void
complete_fish(const char *tool, const struct opt *const tables[], FILE *out)
{
	fprintf(out, "# fish completion for %s; made by `make docs`\n", tool);
	for (; *tables != NULL; tables++)
		for (const struct opt *o = *tables; o->type != OPT_T_END; o++) {
			fprintf(out, "complete -c %s", tool);
			if (o->key)
				fprintf(out, " -s %c", o->key);
			fprintf(out, " -l %s", o->name);
			if (o->arg != NULL)
				fputs(wants_file(o) ? " -r" : " -x", out);
			if (has_choices(o)) {
				fputs(" -a '", out);
				put_words(o, out);
				fputc('\'', out);
			}
			fputs(" -d '", out);
			/* fish escapes a quote by a backslash alone */
			for (const char *p = o->help; *p != '\0'; p++) {
				if (*p == '\'' || *p == '\\')
					fputc('\\', out);
				fputc(*p, out);
			}
			fputs("'\n", out);
		}
}
