/* SPDX-License-Identifier: BSD-2-Clause */
/* What the options of `siftr-bpf top` ask of the live view. */
#ifndef SIFTR_LIVE_LIVE_SETTINGS_H
#define SIFTR_LIVE_LIVE_SETTINGS_H

#include <stdbool.h>
#include <stdio.h>
#include <linux/types.h>

#include "live/live_choice.h"

struct live_settings {
	__u64 interval_us; /* not 0 */
	enum live_column sort;
	size_t lines;	  /* connections to print, at most LIVE_LINES_MAX */
	bool interactive; /* on the terminal, instead of printing */
	bool once;	  /* end after one snapshot */
	bool json;
	FILE *histories; /* where the key w writes a connection's history, or NULL; the caller's */
	const char *histories_name;
};

#endif
