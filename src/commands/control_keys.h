/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The settings of a run by the names that the control socket knows: those of the options, and those
 * of the sysctls of SIFTR on FreeBSD.
 */
#ifndef SIFTR_COMMANDS_CONTROL_KEYS_H
#define SIFTR_COMMANDS_CONTROL_KEYS_H

#include <stdbool.h>
#include <stdio.h>

#include "commands/run_control.h"

/* How `set` changes a key. */
enum key_change {
	CHANGE_NEVER,
	CHANGE_OPTION, /* a number, by the option of that name */
	CHANGE_FILTER,
	CHANGE_OUTPUT,
	CHANGE_ENABLED,
	CHANGE_HASHES, /* SIFTR 1.2's, which must stay 0 */
};

struct control_key {
	const char *name;
	const char *sysctl; /* behind net.inet.siftr., or NULL */
	bool is_number;	    /* in JSON */
	enum key_change change;
	/* Writes the value; nothing if there is none. */
	void (*write)(const struct run_control *control, const struct control_key *key,
		      FILE *stream);
	enum filter_kind filter; /* of a filter: which */
};

/* All keys; the last row's name is NULL. */
extern const struct control_key control_keys[];

/* Finds a key by either name; NULL if there is none. */
const struct control_key *control_keys__find(const char *name);

/*
 * The value as text, to be freed by the caller; "" if there is none, NULL if there is no memory.
 */
char *control_keys__value(const struct run_control *control, const struct control_key *key);

#endif
