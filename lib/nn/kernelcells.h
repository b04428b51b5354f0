#ifndef SRS_KERNELCELLS_H
#define SRS_KERNELCELLS_H

/*
 * kernelcells.h -- a step of the cells of recurrent networks, each compiled
 * for several instruction sets.
 *
 * All arrays are parts of d numbers.  x is what comes in and u what the state
 * before makes, each already times its weights and a part for each gate.  With
 * S(a) = 1 / (1 + exp(-a)), h the state:
 *
 *	gru	r = S(x_0 + u_0), z = S(x_1 + u_1), n = tanh(x_2 + r u_2),
 *		h <- (1 - z) n + z h
 *		(Cho et al. 2014, the reset after the product)
 *	lstm	i = S(x_0 + u_0), f = S(x_1 + u_1 + 1), g = tanh(x_2 + u_2),
 *		o = S(x_3 + u_3), c <- f c + i g, h <- o tanh c
 *		(Hochreiter & Schmidhuber 1997; Gers et al. 2000; f begins
 *		open, Jozefowicz et al. 2015)
 *
 * What backward needs goes to `kept`.  Backward is given dh and dc, what this
 * step's h and c get, and turns them into what the step before gets by
 * another way than u; dx and du (gates d) are overwritten.
 */

#include <stddef.h>

enum { GRU_GATES = 3, GRU_KEPT = 4, LSTM_GATES = 4, LSTM_KEPT = 6 };

void kernel_gru(float *h, float *kept, const float *x, const float *u,
    size_t d);
void kernel_gru_back(float *dh, float *dx, float *du, const float *kept,
    const float *before, size_t d);

void kernel_lstm(float *h, float *c, float *kept, const float *x,
    const float *u, size_t d);
void kernel_lstm_back(float *dh, float *dc, float *dx, float *du,
    const float *kept, size_t d);

#endif
