/* SPDX-License-Identifier: BSD-2-Clause */
/* What a record costs while a flight recorder keeps it and nothing happens to its flow. */
#ifndef SIFTR_BENCH_REST_H
#define SIFTR_BENCH_REST_H

#include "contests.h"

/* Opens the comparison if its name contains `only`. */
void rest__open(struct bench *bench, const char *only);
void rest__run(struct bench *bench);
void rest__close(struct bench *bench);

#endif
