/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of `siftr-bpf doctor` on what this host offers, before anything is attached. */
#ifndef SIFTR_COMMANDS_DOCTOR_HOST_H
#define SIFTR_COMMANDS_DOCTOR_HOST_H

#include "capture/host_features.h"

/* Prints them all, to stdout. */
void doctor_host__show(const struct host_facts *facts);

#endif
