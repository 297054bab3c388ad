// SPDX-License-Identifier: BSD-2-Clause
#include "commands/control_requests.h"

#include <stdlib.h>
#include <string.h>

#include "accounting/accounting_json.h"
#include "commands/control_flows.h"
#include "commands/control_follow.h"
#include "commands/control_get.h"
#include "commands/control_mark.h"
#include "commands/control_set.h"
#include "commands/control_trigger.h"
#include "commands/log_file.h"
#include "commands/reload.h"
#include "commands/signals.h"
#include "control/words.h"
#include "options/request_table.h"

/* A request of a client: its words, the first of which names it. */
struct request {
	struct run_control *control;
	struct client *client;
	struct words words;
	bool json;
};

static void answer_version(const struct request *request)
{
	if (request->json)
		client__print(request->client, "{\"version\": %d, \"program\": \"%s\"}\n",
			      CONTROL_VERSION, SIFTR_BPF_VERSION);
	else
		client__print(request->client, "version %d\nprogram %s\n", CONTROL_VERSION,
			      SIFTR_BPF_VERSION);
	client__ok(request->client);
}

/* The accounting of the moment, to be freed by the caller; NULL without memory. */
static char *text_of_accounting(const struct run_control *control, bool json)
{
	const struct session *session = &control->run->session;
	struct accounting now;
	char *text = NULL;
	size_t bytes;
	FILE *stream = open_memstream(&text, &bytes);

	if (!stream)
		return NULL;
	run_counts__read_drained(&session->counts, &now);
	run_counts__add_programs(tracer__programs(session->tracer), &now);
	now.unobserved_ns = tracer__unobserved_ns(session->tracer);
	now.marks = &control->run->marks;
	if (json)
		accounting_json__write(&now, stream);
	else
		accounting__print(&now, stream);
	if (!fclose(stream))
		return text;
	free(text);
	return NULL;
}

static void answer_stats(const struct request *request)
{
	char *text = text_of_accounting(request->control, request->json);

	if (text) {
		client__write(request->client, text, strlen(text));
		client__ok(request->client);
	} else {
		client__error(request->client, "there is no memory for the answer");
	}
	free(text);
}

static void answer_get(const struct request *request)
{
	control_get__answer(request->control, request->client, &request->words, request->json);
}

static void answer_set(const struct request *request)
{
	control_set__answer(request->control, request->client, &request->words);
}

static void answer_rotate(const struct request *request)
{
	struct run *run = request->control->run;
	const struct session *session = &run->session;

	if (!log_file__can_rotate(&session->file)) {
		client__error(
			request->client,
			"the log is not a file with a name: it has no other file to go on in");
		return;
	}
	reload__next_file(run);
	if (session->rotation.next_wanted)
		client__error(request->client,
			      "the next file cannot be opened: the log goes on in %s",
			      session->output.name);
	else
		client__ok(request->client);
}

/* The answer comes when the log is complete, see run_control__close(). */
static void answer_stop(const struct request *request)
{
	request->client->waits = true;
	signals__stop = 1;
}

static void report_unknown(const struct request *request)
{
	char known[256];

	request_table__list(known, sizeof(known));
	client__error(request->client, "unknown request '%s'; requests are %s",
		      request->words.of[0], known);
}

static void answer_follow(const struct request *request)
{
	control_follow__answer(request->control, request->client, &request->words);
}

static void answer_mark(const struct request *request)
{
	control_mark__answer(request->control, request->client, &request->words, request->json);
}

static void answer_flows(const struct request *request)
{
	control_flows__answer(request->control, request->client, request->json);
}

static void answer_trigger(const struct request *request)
{
	control_trigger__answer(request->control, request->client, &request->words, request->json);
}

static void (*const answers[])(const struct request *) = {
	[REQUEST_GET] = answer_get,	  [REQUEST_SET] = answer_set,
	[REQUEST_STATS] = answer_stats,	  [REQUEST_FLOWS] = answer_flows,
	[REQUEST_MARK] = answer_mark,	  [REQUEST_TRIGGER] = answer_trigger,
	[REQUEST_ROTATE] = answer_rotate, [REQUEST_FOLLOW] = answer_follow,
	[REQUEST_STOP] = answer_stop,	  [REQUEST_VERSION] = answer_version,
};

static void dispatch(const struct request *request)
{
	const struct words *words = &request->words;
	const struct request_row *row = request_table__find(words->of[0]);

	if (!row) {
		report_unknown(request);
		return;
	}
	if (row->words_max && words->count > row->words_max) {
		client__error(request->client, "unexpected '%s' after %s",
			      words->of[row->words_max], row->name);
		return;
	}
	answers[row->kind](request);
}

/* Takes the words --json out of the request. */
static void find_json(struct request *request)
{
	struct words *words = &request->words;
	size_t kept = 0;

	for (size_t i = 0; i < words->count; i++) {
		if (strcmp(words->of[i], "--json") != 0)
			words->of[kept++] = words->of[i];
		else
			request->json = true;
	}
	words->count = kept;
}

void control_requests__answer(struct client *client, char *line, void *control)
{
	struct request request = {.control = control, .client = client};

	if (words__split(line, &request.words)) {
		client__error(client, "the line has too many words, a quote without its end, or a "
				      "control character");
		return;
	}
	find_json(&request);
	if (request.words.count)
		dispatch(&request);
	else
		client__error(client, "the line names no request");
}
