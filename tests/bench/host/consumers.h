/* SPDX-License-Identifier: BSD-2-Clause */
/* The comparison of the drain with other consumers of rings, see live.h, as part of the bench. */
#ifndef SIFTR_BENCH_CONSUMERS_H
#define SIFTR_BENCH_CONSUMERS_H

#include "contests.h"

/* Makes the series of every consumer. */
void consumers__open(struct bench *bench);

/* A round: each consumer has its turn on the same rings. */
void consumers__run(struct bench *bench);

#endif
