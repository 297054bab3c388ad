/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings of the BPF programs that say where values lie: in this kernel and in a record. */
#ifndef SIFTR_CAPTURE_LOAD_CONFIG_H
#define SIFTR_CAPTURE_LOAD_CONFIG_H

#include <siftr/record.h>

/* Completes the settings by the running kernel and by config->groups. */
void load_config__lay_out(struct siftr_config *config);

#endif
