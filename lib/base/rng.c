#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/rng.h"

enum { ROUNDS = 10 };

/* The constants of Salmon et al. 2011, section 3.3 and their reference code. */
static const uint32_t multiplier[2] = { 0xD2511F53, 0xCD9E8D57 };
static const uint32_t weyl[2] = { 0x9E3779B9, 0xBB67AE85 };

void
rng_block(uint64_t seed, uint64_t stream, uint64_t index, uint32_t out[4])
{
	uint32_t key[2] = { (uint32_t)seed, (uint32_t)(seed >> 32) };
	uint32_t x[4] = { (uint32_t)index, (uint32_t)(index >> 32),
		(uint32_t)stream, (uint32_t)(stream >> 32) };

	for (int round = 0; round < ROUNDS; round++) {
		const uint64_t a = (uint64_t)multiplier[0] * x[0];
		const uint64_t b = (uint64_t)multiplier[1] * x[2];

		x[0] = (uint32_t)(b >> 32) ^ x[1] ^ key[0];
		x[1] = (uint32_t)b;
		x[2] = (uint32_t)(a >> 32) ^ x[3] ^ key[1];
		x[3] = (uint32_t)a;
		key[0] += weyl[0];
		key[1] += weyl[1];
	}
	memcpy(out, x, sizeof x);
}

uint64_t
rng_stream(const char *purpose, uint64_t piece)
{
	return hash_mix(hash_bytes(purpose, strlen(purpose), 0), piece);
}

void
rng_init(struct rng *r, uint64_t seed, uint64_t stream)
{
	*r = (struct rng){ .seed = seed, .stream = stream };
}

uint32_t
rng_u32(struct rng *r)
{
	if (r->left == 0) {
		rng_block(r->seed, r->stream, r->index++, r->block);
		r->left = 4;
	}
	return r->block[--r->left];
}

uint64_t
rng_u64(struct rng *r)
{
	const uint64_t high = rng_u32(r);

	return high << 32 | rng_u32(r);
}

uint32_t
rng_below(struct rng *r, uint32_t n)
{
	uint64_t m;
	uint32_t too_few;

	assert(n > 0);
	m = (uint64_t)rng_u32(r) * n;
	if ((uint32_t)m < n) {
		too_few = -n % n;	/* 2^32 mod n */
		while ((uint32_t)m < too_few)
			m = (uint64_t)rng_u32(r) * n;
	}
	return (uint32_t)(m >> 32);
}

size_t
rng_index(struct rng *r, size_t n)
{
	uint64_t x, rest;

	if (n <= UINT32_MAX)
		return rng_below(r, (uint32_t)n);
	rest = -(uint64_t)n % n;	/* 2^64 mod n */
	do
		x = rng_u64(r);
	while (x < rest);
	return (size_t)(x % n);
}

double
rng_real(struct rng *r)
{
	return (double)(rng_u64(r) >> 11) * 0x1p-53;
}

void
rng_normal_pair(struct rng *r, double z[2])
{
	static const double two_pi = 6.283185307179586;
	const double u = 1 - rng_real(r);	/* in (0, 1] */
	const double angle = two_pi * rng_real(r);
	const double length = sqrt(-2 * log(u));

	z[0] = length * cos(angle);
	z[1] = length * sin(angle);
}

double
rng_normal(struct rng *r)
{
	double z[2];

	rng_normal_pair(r, z);
	return z[0];
}

/*
 * Method: for a >= 1, d (1 + c z)^3 with z normal, accepted with a probability
 * near 1; a smaller shape is that of a + 1 times a uniform number's power.
 */
double
rng_gamma(struct rng *r, double a)
{
	const double d = (a < 1 ? a + 1 : a) - 1.0 / 3, c = 1 / sqrt(9 * d);
	const double boost = a < 1 ? pow(1 - rng_real(r), 1 / a) : 1;
	double z, v;

	do {
		z = rng_normal(r);
		v = pow(1 + c * z, 3);
	} while (v <= 0 || log(1 - rng_real(r)) >
	    z * z / 2 + d - d * v + d * log(v));
	return boost * d * v;
}

void
rng_shuffle(struct rng *r, uint32_t *x, uint32_t n)
{
	for (uint32_t i = n; i > 1; i--) {
		const uint32_t j = rng_below(r, i);
		const uint32_t t = x[i - 1];

		x[i - 1] = x[j];
		x[j] = t;
	}
}
