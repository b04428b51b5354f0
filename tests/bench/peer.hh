/*
 * peer.hh -- what peers of srs-topk share: vectors as tests/bench/products
 * writes them, the clock, and how much of the exact lists was found.
 */

#ifndef SRS_PEER_HH
#define SRS_PEER_HH

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

struct vectors {
	size_t n, k;
	std::vector<float> x;		/* (n, k) */

	vectors(const std::string &path, size_t factors) : n(0), k(factors)
	{
		FILE *f = fopen(path.c_str(), "r");
		size_t got;

		if (f == NULL)
			exit(1);
		fseek(f, 0, SEEK_END);
		n = (size_t)ftell(f) / (k * sizeof(float));
		rewind(f);
		x.resize(n * k);
		got = fread(x.data(), k * sizeof(float), n, f);
		fclose(f);
		if (got != n)
			exit(1);
	}

	const float *row(size_t i) const { return x.data() + i * k; }
};

/* Seconds. */
static inline double
now()
{
	return std::chrono::duration<double>(
	    std::chrono::steady_clock::now().time_since_epoch()).count();
}

/* The part of the best `top` items that is among found (users, top), of a
 * sample of the users; every score is worked out. */
static inline double
recall(const vectors &users, const vectors &items, size_t top,
    const std::vector<long> &found)
{
	const size_t sample = std::min<size_t>(users.n, 100);
	size_t hits = 0;

	for (size_t s = 0; s < sample; s++) {
		const size_t u = s * (users.n / sample);
		std::vector<std::pair<float, long>> all(items.n);

		for (size_t i = 0; i < items.n; i++) {
			float sum = 0;

			for (size_t p = 0; p < items.k; p++)
				sum += users.row(u)[p] * items.row(i)[p];
			all[i] = std::make_pair(-sum, (long)i);
		}
		std::nth_element(all.begin(), all.begin() + (long)top,
		    all.end());
		for (size_t i = 0; i < top; i++)
			hits += std::count(found.begin() + (long)(u * top),
			    found.begin() + (long)((u + 1) * top),
			    all[i].second) > 0;
	}
	return (double)hits / (double)(sample * top);
}

#endif
