/* SPDX-License-Identifier: BSD-2-Clause */
/* The control socket of a run, --control. A run without one has none of this. */
#ifndef SIFTR_COMMANDS_RUN_CONTROL_H
#define SIFTR_COMMANDS_RUN_CONTROL_H

#include "commands/followers.h"
#include "commands/run.h"
#include "control/clients.h"
#include "control/listener.h"
#include "options/options.h"
#include "service/privileges.h"

#define CONTROL_TEXTS_MAX 32

/* The flows that a request `trigger` names, and for how many it has fired. */
struct trigger_request {
	bool all;
	__u32 id; /* 0: none is given */
	struct siftr_flow_key key;
	__u32 count;
};

struct run_control {
	struct run *run;
	struct options *options;	/* as they are now */
	__u32 filters;			/* SIFTR_FILTER_* whose values can change */
	char *texts[CONTROL_TEXTS_MAX]; /* values in them that have been set, by key */
	struct listener listener;
	struct clients clients;
	struct trigger_request triggers[CLIENTS_MAX]; /* of each client */
	struct followers followers;
};

/*
 * Makes the socket, if --control is given, while the process may; `owner` is the user that may use
 * it beside root, and `answer` gets each line of a client with the struct run_control. 0 or a
 * negative errno, reported. run_control__close() frees it in either case.
 */
int run_control__open(struct run *run, struct options *options, uid_t owner,
		      clients_answer *answer);

/* The descriptor of the socket; -1 without one. */
int run_control__fd(const struct run *run);

/* Adds the directory of the socket, which is removed at the end. */
void run_control__needs(const struct run *run, struct privileges_needs *needs);

/* Serves clients without waiting. Returns 0 if there was nothing to do, see clients__poll(). */
unsigned int run_control__poll(struct run *run);

/*
 * Ends the streams; answers the clients that have asked for the end, by the run's exit code; closes
 * the socket.
 */
void run_control__close(struct run *run, int status);

#endif
