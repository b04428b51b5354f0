/* io/in, io/out, io/outfile and io/gzip: what was written is what is read, a
 * damaged file is an error, and a file is there whole or not at all. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "io/gzip.h"
#include "io/in.h"
#include "io/out.h"
#include "io/outfile.h"
#include "tests/ref/tempdir.h"

static int
enter_quietly(void **state)
{
	/* Messages of what is meant to fail are not for the log. */
	return tempdir_enter(state) != 0 ||
	    freopen("messages", "w+", stderr) == NULL;
}

/* The last message, and how many there were since the last call. */
static size_t
messages(char *last, size_t size)
{
	size_t n = 0;
	char line[512];

	fflush(stderr);
	rewind(stderr);
	last[0] = '\0';
	while (fgets(line, sizeof line, stderr) != NULL) {
		snprintf(last, size, "%s", line);
		n++;
	}
	rewind(stderr);
	assert_int_equal(ftruncate(fileno(stderr), 0), 0);
	return n;
}

static void
assert_message(const char *part)
{
	char last[512];

	assert_int_equal(messages(last, sizeof last), 1);
	if (strstr(last, part) == NULL)
		fail_msg("'%s' is not in: %s", part, last);
}

/* n bytes that compress to about a half. */
static char *
some_text(size_t n)
{
	struct rng r;
	char *text = mem_array("test", n + 1, 1);

	rng_init(&r, 1, rng_stream("test", n));
	for (size_t i = 0; i < n; i++)
		text[i] = (char)('a' + rng_below(&r, 16));
	return text;
}

static void
write_file(const char *path, const void *bytes, size_t n)
{
	write_bytes(path, bytes, n);
}

static void
put_file(const char *path, int gzip, const char *text, size_t n)
{
	struct out *out = out_open(path, gzip);

	assert_non_null(out);
	for (size_t at = 0; at < n; ) {		/* in uneven parts */
		const size_t part = at + 77777 < n ? 77777 : n - at;

		out_write(out, text + at, part);
		at += part;
	}
	assert_int_equal(out_commit(out), 0);
	out_free(out);
}

/* Reads a whole file; -1 when that fails. */
static int
get_file(const char *path, char **text, size_t *n)
{
	struct in *in = in_open(path);
	int status;

	*text = NULL;
	if (in == NULL)
		return -1;
	status = in_read_all(in, text, n);
	in_close(in);
	return status;
}

static void
assert_file(const char *path, const char *want, size_t n_want)
{
	char *text;
	size_t n;

	assert_int_equal(get_file(path, &text, &n), 0);
	assert_int_equal(n, n_want);
	assert_memory_equal(text, want, n);
	assert_int_equal(text[n], '\0');
	free(text);
}

/* The bytes of a file as they are. */
static char *
raw_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *bytes;
	long size;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	bytes = mem_array("test", (size_t)size + 1, 1);
	*n = fread(bytes, 1, (size_t)size, f);
	fclose(f);
	return bytes;
}

static void
test_round_trips(void **state)
{
	static const size_t sizes[] = {
		0, 1, 2, 63, 64, 65, 65279, 65280, 65281, 65535, 65536, 65537,
		32 * 65280, 32 * 65280 + 1, 10 * 1000 * 1000
	};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		char *text = some_text(sizes[i]);

		put_file("a", 0, text, sizes[i]);
		assert_file("a", text, sizes[i]);
		put_file("a.gz", 0, text, sizes[i]);
		assert_file("a.gz", text, sizes[i]);
		assert_int_equal(system("gzip -dc a.gz | cmp -s - a"), 0);
		assert_int_equal(system("gzip -c <a >b.gz"), 0);
		assert_file("b.gz", text, sizes[i]);
		free(text);
	}
}

/* Zeros pack best and random bytes not at all. */
/* Writes that pass the buffer, after ones that do not, in a file that is
 * brought to the disk while it is made. */
static void
test_large_writes(void **state)
{
	static const size_t sizes[] = { 1, 200000, 131072, 77, 5000000, 9000000,
	    262144, 131071 };
	const size_t n_sizes = sizeof sizes / sizeof *sizes;
	size_t n = 0;
	struct out *out = out_open("large", 0);
	char *text;

	(void)state;
	for (size_t i = 0; i < n_sizes; i++)
		n += sizes[i];
	text = some_text(n);
	n = 0;
	for (size_t i = 0; i < n_sizes; n += sizes[i++])
		out_write(out, text + n, sizes[i]);
	assert_int_equal(out_commit(out), 0);
	out_free(out);
	assert_file("large", text, n);
	free(text);
}

static void
test_extremes(void **state)
{
	const size_t n = 300000;
	char *text = mem_array("test", n, 1);
	struct rng r;

	(void)state;
	put_file("a.gz", 0, text, n);
	assert_file("a.gz", text, n);
	rng_init(&r, 1, 1);
	for (size_t i = 0; i < n; i++)
		text[i] = (char)rng_u32(&r);
	put_file("a.gz", 0, text, n);
	assert_file("a.gz", text, n);
	free(text);
}

static void
test_members(void **state)
{
	char *text = some_text(200000);

	(void)state;
	put_file("a", 0, text, 200000);
	assert_int_equal(system("head -c 70000 a | gzip >1.gz;"
	    "tail -c +70001 a | head -c 1 | gzip -1 >2.gz; : | gzip >3.gz;"
	    "tail -c +70002 a | gzip -9 -n >4.gz; cat [1-4].gz >m.gz"), 0);
	assert_file("m.gz", text, 200000);
	/* Blocks before, between and after other members. */
	put_file("5.gz", 0, text, 70000);
	put_file("6.gz", 0, text + 70000, 130000);
	assert_int_equal(system("cat 5.gz 6.gz >m.gz"), 0);
	assert_file("m.gz", text, 200000);
	assert_int_equal(system("cat 5.gz 2.gz 4.gz >m.gz"), 0);
	assert_file("m.gz", text, 200000);
	assert_int_equal(system("cat 1.gz 3.gz 6.gz >m.gz"), 0);
	assert_file("m.gz", text, 200000);
	free(text);
}

static void
damage(const char *gz, size_t n)
{
	char *text;
	size_t got;

	for (size_t cut = 1; cut < n; cut++) {
		write_file("cut.gz", gz, cut);
		assert_int_equal(get_file("cut.gz", &text, &got), -1);
		assert_message("cut.gz: gzip data ends too early");
	}
}

static void
test_truncation(void **state)
{
	char *text = some_text(200), *gz;
	size_t n;

	(void)state;
	put_file("a", 0, text, 200);
	put_file("a.gz", 0, text, 200);
	gz = raw_file("a.gz", &n);
	damage(gz, n);
	free(gz);
	assert_int_equal(system("gzip -n <a >b.gz; gzip <a >>b.gz"), 0);
	gz = raw_file("b.gz", &n);
	/* Between two members nothing is missing. */
	damage(gz, n / 2 - 10);
	memmove(gz, gz + n / 2, n - n / 2);
	damage(gz, n - n / 2);
	free(gz);
	free(text);
}

/* Every flipped bit is seen, but for those that say nothing of the text: of
 * a header, behind the end of the data, and for some libraries in the length
 * of a code that is not used. */
static void
test_flipped_bits(void **state)
{
	char *text = some_text(100), *gz, *got;
	size_t n, n_got;

	(void)state;
	put_file("a.gz", 0, text, 100);
	gz = raw_file("a.gz", &n);
	for (size_t bit = 0; bit < n * 8; bit++) {
		char last[512];

		gz[bit / 8] ^= (char)(1 << bit % 8);
		write_file("f.gz", gz, n);
		if (get_file("f.gz", &got, &n_got) == 0) {
			const int magic = bit < 16;

			assert_int_equal(messages(last, sizeof last), 0);
			if (!magic) {
				assert_int_equal(n_got, 100);
				assert_memory_equal(got, text, 100);
			}
			free(got);
		} else
			assert_int_equal(messages(last, sizeof last), 1);
		gz[bit / 8] ^= (char)(1 << bit % 8);
	}
	/* The checksum and the length, before the closing block. */
	for (size_t at = n - 28 - 8; at < n - 28; at++) {
		gz[at] ^= 0x10;
		write_file("f.gz", gz, n);
		assert_int_equal(get_file("f.gz", &got, &n_got), -1);
		assert_message(at < n - 28 - 4 ? "f.gz: gzip data is corrupt: "
		    "a block has the wrong checksum\n" :
		    "f.gz: gzip data is corrupt: "
		    "a block has another length than it says\n");
		gz[at] ^= 0x10;
	}
	free(gz);
	free(text);
}

static void
test_garbage_after(void **state)
{
	char *text;
	size_t n;

	(void)state;
	put_file("a.gz", 0, "abc\n", 4);
	assert_int_equal(system("{ cat a.gz; echo x; } >g.gz"), 0);
	assert_int_equal(get_file("g.gz", &text, &n), -1);
	assert_message("g.gz: something follows the gzip data");
	assert_int_equal(system("{ echo abc | gzip; printf '\\0'; } >g.gz"),
	    0);
	assert_int_equal(get_file("g.gz", &text, &n), -1);
	assert_message("g.gz: something follows the gzip data");
}

static void
test_threads_do_not_matter(void **state)
{
	char *text = some_text(3000000), *one, *four;
	size_t n_one, n_four;

	(void)state;
	par_set_threads(1);
	put_file("a.gz", 0, text, 3000000);
	one = raw_file("a.gz", &n_one);
	par_set_threads(4);
	put_file("a.gz", 0, text, 3000000);
	four = raw_file("a.gz", &n_four);
	assert_int_equal(n_one, n_four);
	assert_memory_equal(one, four, n_one);
	assert_file("a.gz", text, 3000000);
	par_set_threads(0);
	free(one);
	free(four);
	free(text);
}

static void
test_peek_and_sniff(void **state)
{
	static const char st[] = "\x02\0\0\0\0\0\0\0{}";
	static const char npy[] = "\x93NUMPY\x01\0";
	static const struct { const char *p; size_t n; enum in_kind kind; }
	kinds[] = {
		{ "", 0, IN_TEXT }, { "a", 1, IN_TEXT },
		{ "user_id\t{", 9, IN_TEXT }, { st, 10, IN_SAFETENSORS },
		{ npy, 8, IN_NPY }, { npy, 5, IN_TEXT }
	};
	char p[64];

	(void)state;
	for (size_t i = 0; i < 2 * sizeof kinds / sizeof kinds[0]; i++) {
		const size_t k = i / 2;
		enum in_kind kind;
		struct in *in;

		put_file("a", i % 2 == 0, kinds[k].p, kinds[k].n);
		in = in_open("a");
		assert_int_equal(in_sniff(in, &kind), 0);
		assert_int_equal(kind, kinds[k].kind);
		assert_int_equal(in_peek(in, p, 64), kinds[k].n);
		if (kinds[k].n > 0)
			assert_int_equal(in_read(in, p, 64), kinds[k].n);
		assert_memory_equal(p, kinds[k].p, kinds[k].n);
		assert_int_equal(in_read(in, p, 64), 0);
		assert_int_equal(in_peek(in, p, 64), 0);
		in_close(in);
	}
}

/* Bytes in memory are a file too, plain or not, in any portions. */
static void
test_bytes_in_memory(void **state)
{
	static const size_t steps[] = { 0, 1, 7, 65536 };
	char *text = some_text(150000), *gz, *got;
	size_t n_gz, n;

	(void)state;
	put_file("a.gz", 0, text, 150000);
	gz = raw_file("a.gz", &n_gz);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct in *in = in_open_bytes(text, 150000, steps[i], "x");

		assert_int_equal(in_read_all(in, &got, &n), 0);
		assert_int_equal(n, 150000);
		assert_memory_equal(got, text, n);
		free(got);
		in_close(in);
		in = in_open_bytes(gz, n_gz, steps[i], "x");
		assert_int_equal(in_read_all(in, &got, &n), 0);
		assert_int_equal(n, 150000);
		assert_memory_equal(got, text, n);
		free(got);
		in_close(in);
		in = in_open_bytes(gz, n_gz - 1, steps[i], "x");
		assert_int_equal(in_read_all(in, &got, &n), -1);
		assert_message("x: gzip data ends too early");
		in_close(in);
	}
	free(gz);
	free(text);
}

/* A pipe gives its bytes in small portions; a read may take few. */
static void
test_pipe_in_portions(void **state)
{
	char *text = some_text(100000), byte;
	struct in *in;

	(void)state;
	put_file("a.gz", 0, text, 100000);
	assert_int_equal(system("mkfifo f; (head -c 1 a.gz; sleep 0.05;"
	    "tail -c +2 a.gz | head -c 30; sleep 0.05; tail -c +32 a.gz)"
	    ">f &"), 0);
	in = in_open("f");
	for (size_t i = 0; i < 100000; i++) {
		if (i % 9973 == 0) {
			char next[64];

			assert_true(in_peek(in, next, 64) > 0);
			assert_memory_equal(next, text + i, 1);
		}
		assert_int_equal(in_read(in, &byte, 1), 1);
		assert_int_equal(byte, text[i]);
	}
	assert_int_equal(in_read(in, &byte, 1), 0);
	in_close(in);
	unlink("f");
	free(text);
}

static void
test_refusals(void **state)
{
	(void)state;
	assert_null(in_open("missing"));
	assert_message("cannot open 'missing': No such file or directory");
	assert_null(in_open("."));
	assert_message("cannot read '.': it is a directory");
	assert_null(out_open("missing/x", 0));
	assert_message("cannot write 'missing/x': No such file or directory");
	assert_null(out_open(".", 0));
	assert_message("cannot write '.': Is a directory");
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_null(out_open("loop", 0));
	assert_message("cannot write 'loop': Too many levels");
}

static size_t
files_in(const char *path)
{
	DIR *d = opendir(path);
	size_t n = 0;

	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

static void
whole_or_not(int flags)
{
	struct outfile *f;
	struct stat st;

	assert_int_equal(system("rm -rf d; mkdir d; umask 022; echo old >d/a;"
	    "chmod 640 d/a; ln -s a d/link; ln -s new d/dangling"), 0);
	f = outfile_open("d/a", flags);
	assert_int_equal(write(outfile_fd(f), "x", 1), 1);
	outfile_free(f);
	assert_file("d/a", "old\n", 4);
	assert_int_equal(files_in("d"), 3);

	f = outfile_open("d/link", flags);
	assert_int_equal(write(outfile_fd(f), "x", 1), 1);
	assert_file("d/a", "old\n", 4);
	assert_int_equal(outfile_commit(f), 0);
	outfile_free(f);
	assert_file("d/a", "x", 1);
	assert_int_equal(stat("d/a", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(lstat("d/link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(files_in("d"), 3);

	f = outfile_open("d/dangling", flags);
	assert_int_equal(write(outfile_fd(f), "y", 1), 1);
	assert_int_equal(outfile_commit(f), 0);
	outfile_free(f);
	assert_file("d/new", "y", 1);
	assert_int_equal(files_in("d"), 4);
}

static void
test_whole_or_not(void **state)
{
	struct stat st;

	(void)state;
	whole_or_not(0);
	whole_or_not(OUTFILE_NAMED);
	umask(027);
	put_file("d/mode", 0, "", 0);
	umask(022);
	assert_int_equal(stat("d/mode", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

/* The last to commit wins, and no bytes are mixed. */
static void
test_two_at_once(void **state)
{
	struct outfile *f[4];

	(void)state;
	assert_int_equal(system("rm -rf d; mkdir d"), 0);
	for (int i = 0; i < 4; i++) {
		f[i] = outfile_open("d/a", i < 2 ? 0 : OUTFILE_NAMED);
		assert_int_equal(write(outfile_fd(f[i]), &"0123"[i], 1), 1);
	}
	for (int i = 3; i >= 0; i--) {
		assert_int_equal(outfile_commit(f[i]), 0);
		outfile_free(f[i]);
		assert_file("d/a", &"0123"[i], 1);
	}
	assert_int_equal(files_in("d"), 1);
}

static void
test_what_is_no_file(void **state)
{
	struct out *out;
	char *text = some_text(1000000);
	int fd = open("shared", O_WRONLY | O_CREAT | O_TRUNC, 0666);
	char name[32];

	(void)state;
	put_file("/dev/null", 0, text, 1000000);
	out = out_open("/dev/full", 0);
	assert_non_null(out);
	out_write(out, text, 1000000);
	assert_true(out_failed(out));
	out_write(out, text, 1000000);
	assert_int_equal(out_commit(out), -1);
	assert_message("cannot write '/dev/full': No space left on device");
	out_free(out);
	/* /dev/fd/N goes on where N is. */
	assert_int_equal(write(fd, "a", 1), 1);
	snprintf(name, sizeof name, "/dev/fd/%d", fd);
	put_file(name, 0, "b", 1);
	assert_int_equal(write(fd, "c", 1), 1);
	close(fd);
	assert_file("shared", "abc", 3);
	free(text);
}

/* The longest text there can be in a block, and claims beyond it. */
static void
test_foreign_blocks(void **state)
{
	static unsigned char gz[GZIP_BLOCK_MAX];
	struct gzip *g = gzip_new(NULL);
	size_t n = gzip_block_pack(g, 0, "abc", 3, gz), got;
	char text[8], *all;

	(void)state;
	assert_int_equal(gzip_block_length(gz, n), n);
	assert_int_equal(gzip_block_text(gz, n), 3);
	assert_null(gzip_block_unpack(g, 0, gz, n, text, 3));
	assert_memory_equal(text, "abc", 3);
	memset(gz + n - 4, 0xff, 4);
	write_file("h.gz", gz, n);
	assert_int_equal(get_file("h.gz", &all, &got), -1);
	assert_message("h.gz: gzip data is corrupt: "
	    "a block has another length than it says");
	gzip_free(g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_large_writes),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_flipped_bits),
		cmocka_unit_test(test_garbage_after),
		cmocka_unit_test(test_threads_do_not_matter),
		cmocka_unit_test(test_peek_and_sniff),
		cmocka_unit_test(test_bytes_in_memory),
		cmocka_unit_test(test_pipe_in_portions),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_whole_or_not),
		cmocka_unit_test(test_two_at_once),
		cmocka_unit_test(test_what_is_no_file),
		cmocka_unit_test(test_foreign_blocks)
	};

	return cmocka_run_group_tests(tests, enter_quietly, tempdir_leave);
}
