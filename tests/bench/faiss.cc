/*
 * faiss.cc -- FAISS, a peer of srs-topk.
 *
 *	faiss flat FACTORS TOP THREADS DIR
 *		users a second of IndexFlatIP
 *	faiss ivf FACTORS TOP THREADS DIR
 *		IndexIVFFlat by inner product, 4 sqrt(items) lists: a line for
 *		each number of lists that are looked into, up to a recall of
 *		0.98: that number, users a second, recall; the first line is
 *		the seconds that the index took
 */

#include <omp.h>

#include <cmath>
#include <cstring>

#include <faiss/IndexFlat.h>
#include <faiss/IndexIVFFlat.h>

#include "peer.hh"

extern "C" void openblas_set_num_threads(int);

int
main(int argc, char *argv[])
{
	if (argc != 6)
		return fprintf(stderr, "usage: faiss flat|ivf FACTORS TOP "
		    "THREADS DIR\n") > 0;
	const size_t k = strtoul(argv[2], NULL, 10);
	const size_t top = strtoul(argv[3], NULL, 10);
	const int threads = atoi(argv[4]);
	const std::string dir = argv[5];
	const vectors users(dir + "/users.f32", k), items(dir + "/items.f32", k);
	std::vector<float> scores(users.n * top);
	std::vector<long> found(users.n * top);
	double from = now();
	double share = 0;

	omp_set_num_threads(threads);
	openblas_set_num_threads(threads);
	if (strcmp(argv[1], "flat") == 0) {
		faiss::IndexFlatIP index((long)k);

		index.add((long)items.n, items.x.data());
		from = now();
		index.search((long)users.n, users.x.data(), (long)top,
		    scores.data(), found.data());
		printf("%.0f\n", (double)users.n / (now() - from));
		return 0;
	}

	const size_t lists = (size_t)(4 * std::sqrt((double)items.n));
	faiss::IndexFlatIP centres((long)k);
	faiss::IndexIVFFlat index(&centres, k, lists,
	    faiss::METRIC_INNER_PRODUCT);

	index.cp.max_points_per_centroid = 64;
	index.train((long)items.n, items.x.data());
	index.add((long)items.n, items.x.data());
	printf("%.1f\n", now() - from);
	for (size_t n = lists / 256; n <= lists && share < 0.98; n *= 2) {
		index.nprobe = n;
		from = now();
		index.search((long)users.n, users.x.data(), (long)top,
		    scores.data(), found.data());
		from = now() - from;
		share = recall(users, items, top, found);
		printf("%zu %.0f %.4f\n", n, (double)users.n / from, share);
		fflush(stdout);
	}
	return 0;
}
