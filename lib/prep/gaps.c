#include <math.h>
#include <string.h>

#include "base/num.h"
#include "prep/gaps.h"
#include "prep/groups.h"

#define MAX_GAP 9e15		/* as MAX_TIME, in thousandths */

struct job {
	int64_t gap;
	uint32_t *session;	/* (n) within the user, first */
	size_t *count;		/* (n_users) */
};

static void
cut_user(void *arg, uint32_t user, struct group_row *row, size_t n,
    size_t worker)
{
	struct job *job = arg;
	uint32_t session = 0;

	(void)worker;
	groups_sort(row, n);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && row[i].key - row[i - 1].key > job->gap)
			session++;
		job->session[row[i].row] = session;
	}
	job->count[user] = (size_t)session + 1;
}

int
gaps_find(const struct split_rows *rows, int64_t gap, uint32_t *session,
    size_t *first)
{
	struct job job = { gap, session, first + 1 };
	struct groups *g = groups_new(rows->user, rows->n, rows->n_users);

	memset(first, 0, (rows->n_users + 1) * sizeof *first);
	groups_each(g, rows->time, cut_user, &job);
	groups_free(g);
	for (size_t u = 0; u < rows->n_users; u++)
		first[u + 1] += first[u];
	if (first[rows->n_users] >= UINT32_MAX)
		return err_msg("more than %u sessions", UINT32_MAX - 1);
	for (size_t i = 0; i < rows->n; i++)
		session[i] += (uint32_t)first[rows->user[i]];
	return 0;
}

int
gaps_read(struct span text, int64_t *gap)
{
	static const struct { char letter; double seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }
	};
	double unit = 1, x;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (text.n > 1 && text.p[text.n - 1] == units[i].letter) {
			unit = units[i].seconds;
			text.n--;
			break;
		}
	if (num_real(text, &x) != 0 || !(x > 0) || x * unit * 1000 > MAX_GAP ||
	    llround(x * unit * 1000) == 0)
		return -1;
	*gap = llround(x * unit * 1000);
	return 0;
}
