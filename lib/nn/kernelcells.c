#include <string.h>

#include "linalg/exp.h"
#include "linalg/vec.h"
#include "nn/kernelcells.h"

VEC_KERNEL(void, kernel_gru, (float *restrict h, float *restrict kept,
    const float *restrict x, const float *restrict u, size_t d),
    (h, kept, x, u, d))
{
	for (size_t j = 0; j < d; j++) {
		const float r = sigmoid_of(x[j] + u[j]);
		const float z = sigmoid_of(x[d + j] + u[d + j]);
		const float n = tanh_of(x[2 * d + j] + r * u[2 * d + j]);

		h[j] = n + z * (h[j] - n);
		kept[j] = r;
		kept[d + j] = z;
		kept[2 * d + j] = n;
		kept[3 * d + j] = u[2 * d + j];
	}
}

VEC_KERNEL(void, kernel_gru_back, (float *restrict dh, float *restrict dx,
    float *restrict du, const float *restrict kept,
    const float *restrict before, size_t d), (dh, dx, du, kept, before, d))
{
	for (size_t j = 0; j < d; j++) {
		const float r = kept[j], z = kept[d + j], n = kept[2 * d + j];
		const float to_n = dh[j] * (1 - z) * (1 - n * n);
		const float to_z = dh[j] * (before[j] - n) * z * (1 - z);
		const float to_r = to_n * kept[3 * d + j] * r * (1 - r);

		dx[j] = du[j] = to_r;
		dx[d + j] = du[d + j] = to_z;
		dx[2 * d + j] = to_n;
		du[2 * d + j] = to_n * r;
		dh[j] *= z;
	}
}

/*
 * Few streams in each loop: compilers check pairs of those that they cannot
 * tell apart, and of too many make no vectors.
 */
VEC_KERNEL(void, kernel_lstm, (float *restrict h, float *restrict c,
    float *restrict kept, const float *restrict x, const float *restrict u,
    size_t d), (h, c, kept, x, u, d))
{
	for (size_t j = 0; j < d; j++)
		kept[j] = sigmoid_of(x[j] + u[j]);
	for (size_t j = d; j < 2 * d; j++)
		kept[j] = sigmoid_of(x[j] + u[j] + 1);
	for (size_t j = 2 * d; j < 3 * d; j++)
		kept[j] = tanh_of(x[j] + u[j]);
	for (size_t j = 3 * d; j < 4 * d; j++)
		kept[j] = sigmoid_of(x[j] + u[j]);
	for (size_t j = 0; j < d; j++) {
		const float i = kept[j], f = kept[d + j], g = kept[2 * d + j];
		const float before = c[j], after = f * before + i * g;
		const float t = tanh_of(after);

		c[j] = after;
		h[j] = kept[3 * d + j] * t;
		kept[4 * d + j] = before;
		kept[5 * d + j] = t;
	}
}

/* dx */
VEC_CLONES static void
lstm_back(float *restrict dh, float *restrict dc, float *restrict dx,
    const float *restrict kept, size_t d)
{
	for (size_t j = 0; j < d; j++) {
		const float i = kept[j], f = kept[d + j], g = kept[2 * d + j];
		const float o = kept[3 * d + j], t = kept[5 * d + j];
		const float all = dc[j] + dh[j] * o * (1 - t * t);

		dx[j] = all * g * i * (1 - i);
		dx[d + j] = all * kept[4 * d + j] * f * (1 - f);
		dx[2 * d + j] = all * i * (1 - g * g);
		dx[3 * d + j] = dh[j] * t * o * (1 - o);
		dc[j] = all * f;
		dh[j] = 0;
	}
}

void
kernel_lstm_back(float *dh, float *dc, float *dx, float *du,
    const float *kept, size_t d)
{
	lstm_back(dh, dc, dx, kept, d);
	memcpy(du, dx, LSTM_GATES * d * sizeof *du);
}
