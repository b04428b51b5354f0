#include <assert.h>

#include "nn/loss.h"

static const struct choice losses[] = {
	[LOSS_MSE] = { "mse", "squared error", NULL },
	[LOSS_MAE] = { "mae", "absolute error", NULL },
	[LOSS_BCE] = { "bce", "binary cross-entropy", NULL },
	[LOSS_GBCE] = { "gbce", "the same, made up for the draw (Petrov & "
	    "Macdonald 2023)", NULL },
	[LOSS_HINGE] = { "hinge", "by how much a margin of 1 is missed",
	    NULL },
	[LOSS_BPR] = { "bpr", "what was had above what was drawn (Rendle et "
	    "al. 2009)", NULL },
	[LOSS_BPR_MAX] = { "bpr-max", "above the best of what was drawn "
	    "(Hidasi & Karatzoglou 2018)", NULL },
	[LOSS_SOFTMAX] = { "softmax", "cross-entropy of one among many",
	    NULL },
};

static const struct choice drawings[] = {
	[DRAWING_UNIFORM] = { "uniform", "all items alike", NULL },
	[DRAWING_POPULARITY] = { "popularity", "by a power of how often an "
	    "item was had", NULL },
	[DRAWING_BATCH] = { "in-batch", "what others of a part of the batch "
	    "had", NULL },
	[DRAWING_HARD] = { "hard", "uniform, and only the one that scores "
	    "highest counts", NULL },
};

enum {
	N_LOSSES = sizeof losses / sizeof *losses,
	N_DRAWINGS = sizeof drawings / sizeof *drawings
};

const struct choice *
loss_choice(size_t i)
{
	return i < N_LOSSES ? &losses[i] : NULL;
}

enum loss
loss_of(const struct choice *what)
{
	assert(what >= losses && what < losses + N_LOSSES);
	return (enum loss)(what - losses);
}

const struct choice *
drawing_choice(size_t i)
{
	return i < N_DRAWINGS ? &drawings[i] : NULL;
}

enum drawing
drawing_of(const struct choice *what)
{
	assert(what >= drawings && what < drawings + N_DRAWINGS);
	return (enum drawing)(what - drawings);
}
