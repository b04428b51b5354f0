#include <errno.h>
#include <fcntl.h>
#include <nettle/hmac.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "prep/pseudonym.h"

struct pseudonym {
	struct hmac_sha256_ctx keyed;	/* nothing hashed yet */
};

struct pseudonym *
pseudonym_new(struct span key)
{
	struct pseudonym *p = mem_array("key", 1, sizeof *p);

	hmac_sha256_set_key(&p->keyed, key.n, (const uint8_t *)key.p);
	return p;
}

void
pseudonym_free(struct pseudonym *p)
{
	if (p == NULL)
		return;
	explicit_bzero(p, sizeof *p);
	free(p);
}

/* The file's bytes, one more than a key may have at most; -1 after a
 * message. */
static int
read_key(int fd, const char *path, const char *option, unsigned char *key,
    size_t *n)
{
	*n = 0;
	while (*n <= PSEUDONYM_KEY_MAX) {
		const ssize_t got = read(fd, key + *n,
		    PSEUDONYM_KEY_MAX + 1 - *n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_errno("%s: cannot read '%s'", option, path);
		if (got == 0)
			break;
		*n += (size_t)got;
	}
	if (*n > PSEUDONYM_KEY_MAX)
		return err_msg("%s: %s: more than %d bytes are no key", option,
		    path, PSEUDONYM_KEY_MAX);
	if (*n > 0 && key[*n - 1] == '\n')
		--*n;
	if (*n > 0 && key[*n - 1] == '\r')
		--*n;
	if (*n < PSEUDONYM_KEY_MIN)
		return err_msg("%s: %s: a key of %zu bytes can be guessed: "
		    "it needs %d", option, path, *n, PSEUDONYM_KEY_MIN);
	return 0;
}

struct pseudonym *
pseudonym_open(const char *path, const char *option, int *is_open)
{
	unsigned char key[PSEUDONYM_KEY_MAX + 1];
	struct pseudonym *p = NULL;
	struct stat st;
	size_t n;
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0) {
		err_errno("%s: cannot read '%s'", option, path);
		goto done;
	}
	*is_open = S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IRGRP | S_IROTH)) != 0;
	if (read_key(fd, path, option, key, &n) == 0)
		p = pseudonym_new((struct span){ (const char *)key, n });
	explicit_bzero(key, sizeof key);
done:
	if (fd >= 0)
		close(fd);
	return p;
}

void
pseudonym_put(const struct pseudonym *p, struct span id,
    char out[PSEUDONYM_DIGITS])
{
	static const char digits[] = "0123456789abcdef";
	struct hmac_sha256_ctx h = p->keyed;
	uint8_t sum[PSEUDONYM_DIGITS / 2];

	hmac_sha256_update(&h, id.n, (const uint8_t *)id.p);
	hmac_sha256_digest(&h, sizeof sum, sum);
	for (size_t i = 0; i < sizeof sum; i++) {
		out[2 * i] = digits[sum[i] >> 4];
		out[2 * i + 1] = digits[sum[i] & 15];
	}
}
