// SPDX-License-Identifier: BSD-2-Clause
#include "commands/control_mark.h"

#include <errno.h>
#include <string.h>

#include "capture/clock.h"

/* Joins the words behind the first. */
static void join(const struct words *words, char text[CLIENT_LINE_MAX])
{
	char *out = text;

	*out = '\0';
	for (size_t i = 1; i < words->count; i++)
		out = stpcpy(stpcpy(out, i > 1 ? " " : ""), words->of[i]);
}

void control_mark__answer(struct run_control *control, struct client *client,
			  const struct words *words, bool json)
{
	struct run *run = control->run;
	struct siftr_time time = wall_clock__time(&run->session.wall, clock__monotonic_ns());
	char text[CLIENT_LINE_MAX];
	const char *refusal;
	int err;

	join(words, text);
	refusal = marks__refusal(text);
	if (refusal) {
		client__error(client, "the text of the mark %s: give mark a line of text", refusal);
		return;
	}
	err = marks__add(&run->marks, time, text);
	if (err == -ENOSPC) {
		client__error(client, "the run has %d marks, and takes no more", MARKS_MAX);
	} else if (err) {
		client__error(client, "there is no memory for the mark");
	} else {
		client__print(client, json ? "{\"time\": \"%llu.%06u\"}\n" : "time %llu.%06u\n",
			      time.seconds, time.microseconds);
		client__ok(client);
	}
}
