#ifndef SRS_OPT_H
#define SRS_OPT_H

/*
 * opt.h -- one table of options per tool.
 *
 * The table is the only place where an option is written down.  Parsing,
 * --help, the OPTIONS of the man page and the completions of three shells are
 * made from it, so they cannot disagree.  An option's default is the value
 * that its variable has before the command line is read; a NULL text, a NAN
 * and OPT_UNSET have none.
 *
 * Options that belong to some methods only (OPT_METHOD names the table of
 * methods) are marked with OPT_SOME.  A method's `defaults` ("factors=64
 * lambda=0.01") name those that it takes: they are stored when the user has
 * not set them, and giving one that the method does not name is wrong usage.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/choice.h"
#include "base/err.h"

enum opt_type {
	OPT_T_END,
	OPT_T_FLAG,		/* int */
	OPT_T_STOP,		/* int; ends the reading: --help */
	OPT_T_SIZE,		/* size_t */
	OPT_T_REAL,		/* double */
	OPT_T_BYTES,		/* size_t; "512M" */
	OPT_T_TEXT,		/* const char * */
	OPT_T_WORDS,		/* the same; completed with names of a table */
	OPT_T_FILE,		/* const char *; completed with file names */
	OPT_T_LIST,		/* struct opt_list; may be given again */
	OPT_T_FILES,		/* struct opt_list, of file names */
	OPT_T_CHOICE,		/* const struct choice * */
	OPT_T_METHOD		/* the choice that OPT_SOME depends on */
};

/* What reading a command line allocates; opt_release() frees it. */
struct opt_memory {
	void **p;		/* (n) */
	size_t n, cap;
};

#define OPT_UNSET SIZE_MAX	/* a size_t without a default */

struct opt_list {
	const char **text;	/* (n); the texts belong to argv */
	size_t n, cap;
};

struct opt {
	enum opt_type type;
	char key;		/* 'k' for -k, or 0 */
	const char *name;	/* "top" for --top */
	const char *arg;	/* "N" in the help; NULL for a flag */
	void *value;		/* the variable, of the type above */
	double min, max;	/* inclusive range for numbers */
	const char *help;	/* one clause, lower case, no full stop */
	const struct choice *(*choices)(size_t i);
	int some;		/* taken by some methods only */
};

#define OPT_FLAG(key, name, value, help) \
	{ OPT_T_FLAG, key, name, NULL, value, 0, 1, help, NULL, 0 }
#define OPT_STOP(key, name, value, help) \
	{ OPT_T_STOP, key, name, NULL, value, 0, 1, help, NULL, 0 }
#define OPT_SIZE(key, name, arg, value, min, max, help) \
	{ OPT_T_SIZE, key, name, arg, value, min, max, help, NULL, 0 }
#define OPT_REAL(key, name, arg, value, min, max, help) \
	{ OPT_T_REAL, key, name, arg, value, min, max, help, NULL, 0 }
#define OPT_BYTES(key, name, arg, value, min, max, help) \
	{ OPT_T_BYTES, key, name, arg, value, min, max, help, NULL, 0 }
#define OPT_TEXT(key, name, arg, value, help) \
	{ OPT_T_TEXT, key, name, arg, value, 0, 0, help, NULL, 0 }
/* A text in which names of a table stand, described elsewhere. */
#define OPT_WORDS(key, name, arg, value, choices, help) \
	{ OPT_T_WORDS, key, name, arg, value, 0, 0, help, choices, 0 }
#define OPT_FILE(key, name, arg, value, help) \
	{ OPT_T_FILE, key, name, arg, value, 0, 0, help, NULL, 0 }
#define OPT_LIST(key, name, arg, value, help) \
	{ OPT_T_LIST, key, name, arg, value, 0, 0, help, NULL, 0 }
/* A list of texts that begin with a name of a table. */
#define OPT_NAMES(key, name, arg, value, choices, help) \
	{ OPT_T_LIST, key, name, arg, value, 0, 0, help, choices, 0 }
#define OPT_FILES(key, name, arg, value, help) \
	{ OPT_T_FILES, key, name, arg, value, 0, 0, help, NULL, 0 }
#define OPT_CHOICE(key, name, arg, value, choices, help) \
	{ OPT_T_CHOICE, key, name, arg, value, 0, 0, help, choices, 0 }
#define OPT_METHOD(key, name, arg, value, choices, help) \
	{ OPT_T_METHOD, key, name, arg, value, 0, 0, help, choices, 0 }

/* The same for options that only some methods take. */
#define OPT_SOME_FLAG(key, name, value, help) \
	{ OPT_T_FLAG, key, name, NULL, value, 0, 1, help, NULL, 1 }
#define OPT_SOME_SIZE(key, name, arg, value, min, max, help) \
	{ OPT_T_SIZE, key, name, arg, value, min, max, help, NULL, 1 }
#define OPT_SOME_REAL(key, name, arg, value, min, max, help) \
	{ OPT_T_REAL, key, name, arg, value, min, max, help, NULL, 1 }
#define OPT_SOME_BYTES(key, name, arg, value, min, max, help) \
	{ OPT_T_BYTES, key, name, arg, value, min, max, help, NULL, 1 }
#define OPT_SOME_TEXT(key, name, arg, value, help) \
	{ OPT_T_TEXT, key, name, arg, value, 0, 0, help, NULL, 1 }
#define OPT_SOME_FILE(key, name, arg, value, help) \
	{ OPT_T_FILE, key, name, arg, value, 0, 0, help, NULL, 1 }
#define OPT_SOME_FILES(key, name, arg, value, help) \
	{ OPT_T_FILES, key, name, arg, value, 0, 0, help, NULL, 1 }
#define OPT_SOME_CHOICE(key, name, arg, value, choices, help) \
	{ OPT_T_CHOICE, key, name, arg, value, 0, 0, help, choices, 1 }

#define OPT_END \
	{ OPT_T_END, 0, NULL, NULL, NULL, 0, 0, NULL, NULL, 0 }

/*
 * Reads the options in argv[1..] into the variables of the tables (an array
 * of pointers, ended by NULL: the tool's and the common one).  Takes -k 5,
 * -k5, --top 5 and --top=5; "--" ends the options, "-" is an operand, and
 * options may follow operands.  Long names are never shortened.  The operands
 * are moved to the front of argv[1..], with a NULL after the last.  Returns
 * their number, or -1 after a message.  Lists and the texts of a method's
 * defaults live until opt_release(memory), which is called in any case.
 */
int opt_parse(const struct opt *const tables[], char **argv,
    struct opt_memory *memory) SRS_MUST_CHECK;
void opt_release(struct opt_memory *);

/*
 * The option of this name in a table, which the method that was chosen takes;
 * NULL after a message.  And a text, which must stay, stored in its variable:
 * 0, or -1 after a message, as on the command line.
 */
const struct opt *opt_find(const struct opt *table, struct span name);
int opt_store(const struct opt *, const char *text) SRS_MUST_CHECK;

/* Writes a table as lines of --help, or as the mdoc(7) of a man page. */
void opt_help(const struct opt *table, FILE *out);
void opt_mdoc(const struct opt *table, FILE *out);

/* Writes text in lines of at most 79 columns; its own line ends stay. */
void opt_paragraph(const char *text, FILE *out);

#endif
