/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the packet accounting for programs. */
#ifndef SIFTR_ACCOUNTING_ACCOUNTING_JSON_H
#define SIFTR_ACCOUNTING_ACCOUNTING_JSON_H

#include <stdio.h>

/* The bytes with which it begins. */
#define ACCOUNTING_JSON_BEGINNING "{\n  \"in\": "

struct accounting;

/* Writes one JSON object with stable names, see siftr-bpf(8). 0 or a negative errno. */
int accounting_json__write(const struct accounting *accounting, FILE *stream);

#endif
