/*
 * hnswlib.cc -- hnswlib by inner product, a peer of srs-topk.
 *
 *	hnswlib FACTORS TOP THREADS DIR
 *
 * A line for each size of the list of candidates (ef), up to a recall of 0.98
 * or 32 times TOP: that size, users a second, recall; the first line is the
 * seconds that the index took, with M = 16 and ef = 200.
 */

#include <omp.h>

#include <hnswlib/hnswlib.h>

#include "peer.hh"

int
main(int argc, char *argv[])
{
	if (argc != 5)
		return fprintf(stderr, "usage: hnswlib FACTORS TOP THREADS "
		    "DIR\n") > 0;
	const size_t k = strtoul(argv[1], NULL, 10);
	const size_t top = strtoul(argv[2], NULL, 10);
	const std::string dir = argv[4];
	const vectors users(dir + "/users.f32", k), items(dir + "/items.f32", k);
	std::vector<long> found(users.n * top);
	hnswlib::InnerProductSpace space(k);
	hnswlib::HierarchicalNSW<float> index(&space, items.n, 16, 200);
	double from = now(), share = 0;

	omp_set_num_threads(atoi(argv[3]));
	index.addPoint(items.row(0), 0);
	#pragma omp parallel for schedule(dynamic, 256)
	for (size_t i = 1; i < items.n; i++)
		index.addPoint(items.row(i), i);
	printf("%.1f\n", now() - from);
	for (size_t ef = top; ef <= 32 * top && share < 0.98; ef *= 2) {
		index.setEf(ef);
		from = now();
		#pragma omp parallel for schedule(dynamic, 64)
		for (size_t u = 0; u < users.n; u++) {
			auto best = index.searchKnn(users.row(u), top);

			for (size_t i = 0; i < top; i++, best.pop())
				found[u * top + i] = (long)best.top().second;
		}
		from = now() - from;
		share = recall(users, items, top, found);
		printf("%zu %.0f %.4f\n", ef, (double)users.n / from, share);
		fflush(stdout);
	}
	return 0;
}
