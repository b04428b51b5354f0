#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/ref/said.h"

static struct {
	int real, file;		/* descriptors */
	char text[4096];
} said;

void
said_begin(void)
{
	fflush(stderr);
	said.real = dup(2);
	said.file = memfd_create("stderr", 0);
	dup2(said.file, 2);
}

const char *
said_end(void)
{
	ssize_t n;

	fflush(stderr);
	dup2(said.real, 2);
	close(said.real);
	n = pread(said.file, said.text, sizeof said.text - 1, 0);
	said.text[n > 0 ? n : 0] = '\0';
	close(said.file);
	return said.text;
}

int
said_has(const char *text)
{
	if (strstr(said_end(), text) != NULL)
		return 1;
	fprintf(stderr, "wanted: %s\nsaid: %s\n", text, said.text);
	return 0;
}
