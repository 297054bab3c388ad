/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings of the BPF programs that say where values lie: in this kernel and in a record. */
#ifndef SIFTR_CAPTURE_LOAD_CONFIG_H
#define SIFTR_CAPTURE_LOAD_CONFIG_H

#include <stdbool.h>

#include <siftr/settings.h>

/*
 * Sets the members that depend on the running kernel and on config->groups: the layouts of
 * bitfields, the length of a record and the offsets of the groups.
 */
void load_config__lay_out(struct siftr_config *config);

/*
 * Sets what packets of each direction pass, from config->filters and config->sampling. Those that
 * are sent in a logged state count as filtered if `inbound_only`.
 */
void load_config__set_choice(struct siftr_config *config, bool inbound_only);

#endif
