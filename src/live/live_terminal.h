/* SPDX-License-Identifier: BSD-2-Clause */
/* The live view on a terminal: draws snapshots, and does what the keys ask for. */
#ifndef SIFTR_LIVE_LIVE_TERMINAL_H
#define SIFTR_LIVE_LIVE_TERMINAL_H

#include <stdbool.h>
#include <linux/types.h>

#include "live/live_settings.h"

struct live_model;
struct live_terminal;

/*
 * Takes over the terminal; messages are kept until it is closed. NULL if the terminal cannot be
 * used, or when out of memory, reported. The model has to live as long.
 */
struct live_terminal *live_terminal__open(struct live_model *model,
					  const struct live_settings *settings);
/* Leaves the terminal as it was and prints the messages. Accepts NULL. */
void live_terminal__close(struct live_terminal *terminal);

/* Draws what the model has now, unless the view is paused. */
void live_terminal__show(struct live_terminal *terminal);

/* Does what the keys that were pressed ask for. False if one of them ends the view. */
bool live_terminal__take_keys(struct live_terminal *terminal);

/* Waits so long or until a key is pressed. False if a signal came before. */
bool live_terminal__wait(struct live_terminal *terminal, __u64 us);

#endif
