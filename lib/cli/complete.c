#include <ctype.h>
#include <string.h>

#include "cli/complete.h"

/* --- what an option's value is completed with ----------------------------- */

enum wanted { NOTHING, FILES, WORDS, COLUMNS };

static enum wanted
wanted(const struct opt *o)
{
	if (o->type == OPT_T_FILE || o->type == OPT_T_FILES)
		return FILES;
	if (o->choices != NULL)
		return WORDS;
	return o->arg != NULL && strncmp(o->arg, "COLUMN", 6) == 0 ?
	    COLUMNS : NOTHING;
}

/* Are there several, with commas between, or does more follow? */
static int
is_list(const struct opt *o)
{
	return strpbrk(o->arg, ",=") != NULL;
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

/* --- bash ----------------------------------------------------------------- */

/* "-k|--top": the pattern of one option in a case of bash. */
static void
put_pattern(const struct opt *o, FILE *out)
{
	if (o->key)
		fprintf(out, "-%c|", o->key);
	fprintf(out, "--%s", o->name);
}

/*
 * readline breaks words at COMP_WORDBREAKS: the word is taken from the line,
 * and what stands before the last break is taken off the answers.  Names come
 * from files: they are never expanded.
 */
static const char bash_begin[] =
"()\n"
"{\n"
"	local line=${COMP_LINE:0:COMP_POINT} word cur prev lead words= list=\n"
"	local info=srs-info names= name file\n"
"\n"
"	word=${line##*[[:space:]]}\n"
"	line=${line%\"$word\"}\n"
"	line=${line%\"${line##*[![:space:]]}\"}\n"
"	prev=${line##*[[:space:]]} cur=$word\n"
"	lead=${word%\"${word##*[$COMP_WORDBREAKS]}\"}\n"
"	[[ $word == --*=* ]] && prev=${word%%=*} cur=${word#*=}\n"
"	[[ $1 == */* ]] && info=${1%/*}/srs-info\n"
"	COMPREPLY=()\n"
"	compopt +o default\n"
"	case $prev in\n";

static const char bash_columns[] =
"		names=$(for file in \"${COMP_WORDS[@]:1}\"; do\n"
"			file=${file/#\\~/$HOME}\n"
"			[[ ! -f $file ]] ||\n"
"			    \"$info\" --columns \"$file\" 2>/dev/null\n"
"		done) ;;\n";

static const char bash_end[] =
"	[[ -z $words ]] || names=${words// /$'\\n'}\n"
"	[[ -z $list ]] || { compopt -o nospace; cur=${cur##*,}; }\n"
"	while IFS= read -r name; do\n"
"		[[ $name == \"$cur\"* ]] || continue\n"
"		printf -v name '%s%q' \"${word%\"$cur\"}\" \"$name\"\n"
"		COMPREPLY+=(\"${name#\"$lead\"}\")\n"
"	done <<<\"$names\"\n"
"}\n"
"complete -F ";

static void
bash_option(const struct opt *o, FILE *out)
{
	const enum wanted what = wanted(o);

	fputc('\t', out);
	put_pattern(o, out);
	fputs(")\n", out);
	if ((what == WORDS || what == COLUMNS) && is_list(o))
		fputs("\t\tlist=1\n", out);
	if (what == COLUMNS) {
		fputs(bash_columns, out);
	} else if (what == WORDS) {
		fputs("\t\twords='", out);
		put_words(o, out);
		fputs("' ;;\n", out);
	} else {
		if (what == FILES)
			fputs("\t\tcompopt -o default\n", out);
		fputs("\t\treturn ;;\n", out);
	}
}

void
complete_bash(const char *tool, const struct opt *const tables[], FILE *out)
{
	fprintf(out, "# bash completion for %s; made by `make docs`\n", tool);
	put_function(tool, out);
	fputs(bash_begin, out);
	for (const struct opt *const *t = tables; *t != NULL; t++)
		for (const struct opt *o = *t; o->type != OPT_T_END; o++)
			if (o->arg != NULL)
				bash_option(o, out);
	fputs("\t*)\n\t\t[[ $cur == -* ]] || { compopt -o default; return; }\n"
	    "\t\twords='", out);
	for (const struct opt *const *t = tables; *t != NULL; t++)
		for (const struct opt *o = *t; o->type != OPT_T_END; o++)
			fprintf(out, "%s--%s", o == tables[0] ? "" : " ",
			    o->name);
	fputs("' ;;\n\tesac\n", out);
	fputs(bash_end, out);
	put_function(tool, out);
	fprintf(out, " %s\n", tool);
}

/* --- zsh ------------------------------------------------------------------ */

static const char zsh_columns[] =
"_srs_columns() {\n"
"	local info=srs-info file\n"
"	local -a names\n"
"\n"
"	[[ $words[1] == */* ]] && info=${words[1]:h}/srs-info\n"
"	for file in ${(Q)words[2,-1]/#\\~/$HOME}; do\n"
"		[[ ! -f $file ]] ||\n"
"		    names+=(${(f)\"$($info --columns $file 2>/dev/null)\"})\n"
"	done\n"
"	compadd \"$@\" -a names\n"
"}\n";

/* ":N:action" */
static void
zsh_value(const struct opt *o, FILE *out)
{
	const enum wanted what = wanted(o);

	fputc(':', out);
	put_quoted(o->arg, "[]:\\", out);
	fputc(':', out);
	if (what == FILES)
		fputs("_files", out);
	if (what == COLUMNS)
		fputs(is_list(o) ? "_sequence _srs_columns" : "_srs_columns",
		    out);
	if (what != WORDS)
		return;
	fputs(is_list(o) ? "_sequence compadd - " : "(", out);
	put_words(o, out);
	if (!is_list(o))
		fputc(')', out);
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
	if (o->arg != NULL)
		zsh_value(o, out);
	fputc('\'', out);
}

void
complete_zsh(const char *tool, const struct opt *const tables[], FILE *out)
{
	fprintf(out, "#compdef %s\n# zsh completion; made by `make docs`\n",
	    tool);
	fputs(zsh_columns, out);
	fputs("_arguments -s -S", out);
	for (; *tables != NULL; tables++)
		for (const struct opt *o = *tables; o->type != OPT_T_END; o++)
			zsh_option(o, out);
	fputs(" \\\n\t'*:file:_files'\n", out);
}

/* --- fish ----------------------------------------------------------------- */

/* Of a list, what stands before the last comma goes before each name. */
static const char fish_begin[] =
"function __srs_columns\n"
"	set -l words (commandline -opc)\n"
"	set -l info (string replace -r '[^/]*$' srs-info -- $words[1])\n"
"	for file in $words[2..]\n"
"		test -f \"$file\"; and $info --columns $file 2>/dev/null\n"
"	end\n"
"end\n"
"function __srs_list\n"
"	set -l word (commandline -ct | string replace -r '^--[^=]*=' '')\n"
"	set -l head (string replace -r '[^,]*$' '' -- $word)\n"
"	printf \"$head%s\\n\" $argv\n"
"end\n";

/* fish escapes a quote by a backslash alone. */
static void
fish_quoted(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void
fish_value(const struct opt *o, FILE *out)
{
	const enum wanted what = wanted(o);

	fputs(what == FILES ? " -r" : " -x", out);
	if (what != WORDS && what != COLUMNS)
		return;
	fputs(" -a '", out);
	if (is_list(o))
		fputs("(__srs_list ", out);
	if (what == WORDS)
		put_words(o, out);
	else
		fputs("(__srs_columns)", out);
	fputs(is_list(o) ? ")'" : "'", out);
}

void
complete_fish(const char *tool, const struct opt *const tables[], FILE *out)
{
	fprintf(out, "# fish completion for %s; made by `make docs`\n", tool);
	fputs(fish_begin, out);
	for (; *tables != NULL; tables++)
		for (const struct opt *o = *tables; o->type != OPT_T_END; o++) {
			fprintf(out, "complete -c %s", tool);
			if (o->key)
				fprintf(out, " -s %c", o->key);
			fprintf(out, " -l %s", o->name);
			if (o->arg != NULL)
				fish_value(o, out);
			fputs(" -d '", out);
			fish_quoted(o->help, out);
			fputs("'\n", out);
		}
}
