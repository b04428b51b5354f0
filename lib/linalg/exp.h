#ifndef SRS_EXP_H
#define SRS_EXP_H

/* exp.h -- the exponential of floats and what is made of it, for loops that
 * compilers vectorise. */

#include <stdint.h>
#include <string.h>

/*
 * exp x for |x| <= 87, to about 2 units in the last place.
 *
 * Method: x = k ln 2 + r with |r| <= ln 2 / 2, by adding and taking away 1.5
 * 2^23, which rounds; ln 2 in two parts (Cody & Waite 1980); exp r by its
 * series up to r^7; 2^k by the bits of the exponent.
 */
static inline float
exp_of(float x)
{
	static const float log2_e = 1.44269504f, round = 12582912.0f;
	static const float ln2_high = 0.693145752f, ln2_low = 1.42860677e-6f;
	const float shifted = x * log2_e + round;
	const float k = shifted - round;
	const float r = (x - k * ln2_high) - k * ln2_low;
	float p = 1.0f / 5040, two_k;
	uint32_t bits;

	p = p * r + 1.0f / 720;
	p = p * r + 1.0f / 120;
	p = p * r + 1.0f / 24;
	p = p * r + 1.0f / 6;
	p = p * r + 0.5f;
	p = p * r + 1;
	p = p * r + 1;
	memcpy(&bits, &shifted, sizeof bits);
	bits = (bits + 127) << 23;	/* k is in the low bits of shifted */
	memcpy(&two_k, &bits, sizeof two_k);
	return p * two_k;
}

/* 1 / (1 + exp(-x)); beyond +-87 it is 0 or 1 to more digits than a float
 * has. */
static inline float
sigmoid_of(float x)
{
	x = x < -87 ? -87 : x;
	x = x > 87 ? 87 : x;
	return 1 / (1 + exp_of(-x));
}

static inline float
tanh_of(float x)
{
	return 2 * sigmoid_of(2 * x) - 1;
}

#endif
