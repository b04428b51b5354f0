/*
 * irspack.cc -- iALS of irspack, from its own headers: a peer of srs-mf-train.
 *
 *	irspack SOLVER FACTORS THREADS EPOCHS ALPHA0 LAMBDA TRAIN [VALID]
 *
 * SOLVER is cg (3 steps), block (32 factors) or cholesky; the files hold
 * numbers: user, item and what else there is.  Prints a line for each epoch:
 * its seconds, and NDCG@10 of the users of VALID over all items that they did
 * not have, or 0.
 */

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "als/IALSTrainer.hpp"

using namespace irspack::ials;

typedef std::vector<std::vector<int>> lists;

static lists
read(const char *path, int *n_items)
{
	lists rows;
	FILE *f = fopen(path, "r");
	int u, i;

	while (f != NULL && fscanf(f, "%d %d%*[^\n]", &u, &i) == 2) {
		if ((size_t)u >= rows.size())
			rows.resize((size_t)u + 1);
		rows[(size_t)u].push_back(i);
		*n_items = std::max(*n_items, i + 1);
	}
	if (f == NULL || fclose(f) != 0 || rows.empty()) {
		fprintf(stderr, "irspack: cannot read %s\n", path);
		exit(1);
	}
	return rows;
}

/* Of one user's scores s. */
static double
ndcg(const DenseVector &s, const std::vector<int> &relevant)
{
	const std::set<int> wanted(relevant.begin(), relevant.end());
	std::vector<int> order((size_t)s.size());
	double gain = 0, best = 0;

	for (size_t i = 0; i < order.size(); i++)
		order[i] = (int)i;
	std::partial_sort(order.begin(), order.begin() + 10, order.end(),
	    [&](int a, int b) { return s[a] > s[b]; });
	for (size_t r = 0; r < 10; r++) {
		gain += wanted.count(order[r]) / std::log2((double)r + 2);
		best += (r < wanted.size()) / std::log2((double)r + 2);
	}
	return gain / best;
}

static double
mean_ndcg(const IALSTrainer &t, const lists &train, const lists &valid)
{
	double sum = 0;
	size_t n = 0;

	for (size_t u = 0; u < valid.size() && u < train.size(); u++) {
		DenseVector s;

		if (valid[u].empty())
			continue;
		s = t.item * t.user.row((long)u).transpose();
		for (int i : train[u])
			s[i] = -INFINITY;
		sum += ndcg(s, valid[u]);
		n++;
	}
	return n > 0 ? sum / (double)n : 0;
}

static SparseMatrix
matrix(const lists &rows, int n_items)
{
	std::vector<Eigen::Triplet<float>> had;
	SparseMatrix m((long)rows.size(), n_items);

	for (size_t u = 0; u < rows.size(); u++)
		for (int i : rows[u])
			had.emplace_back((int)u, i, 1.0f);
	m.setFromTriplets(had.begin(), had.end(), [](float, float b) {
	    return b; });
	return m;
}

int
main(int argc, char *argv[])
{
	int n_items = 0;

	if (argc < 8)
		return 2;
	const std::string name = argv[1];
	const lists train = read(argv[7], &n_items);
	const lists valid = argc > 8 ? read(argv[8], &n_items) : lists();
	const SolverConfig solver((size_t)atoi(argv[3]),
	    name == "cg" ? SolverType::CG : name == "block" ?
	    SolverType::IALSPP : SolverType::Cholesky, 3, 32, 1);
	IALSTrainer t(IALSModelConfig::Builder{}.set_K((size_t)atoi(argv[2]))
	    .set_alpha0((float)atof(argv[5])).set_reg((float)atof(argv[6]))
	    .build(), matrix(train, n_items));

	for (int e = 0; e < atoi(argv[4]); e++) {
		const auto from = std::chrono::steady_clock::now();

		t.step(solver);
		printf("%.4f\t%.5f\n", std::chrono::duration<double>(
		    std::chrono::steady_clock::now() - from).count(),
		    mean_ndcg(t, train, valid));
		fflush(stdout);
	}
	return 0;
}
