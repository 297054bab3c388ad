// SPDX-License-Identifier: BSD-2-Clause
#include "commands/control_trigger.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/clock.h"
#include "commands/recorded_lines.h"
#include "filter/filter_addresses.h"

/* In a piece, what comes first: flows that are looked at, and lines that are written. */
#define PIECE_FLOWS 8192
#define PIECE_LINES 1000

static bool parse_number(const char *text, __u32 max, __u32 *number)
{
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	value = strtoull(text, &end, 0);
	*number = (__u32)value;
	return !errno && !*end && value <= max;
}

/* Sets the words of an address as a key has them. Returns the family; 0: it is none. */
static __u8 parse_address(const char *text, __u64 address[2])
{
	struct siftr_rule rule = {};

	if (strchr(text, '/') || !filter_addresses__parse(text, &rule))
		return 0;
	memcpy(address, rule.value, sizeof(rule.value));
	return (__u8)rule.family;
}

/* Splits laddr,lport,faddr,fport, the columns of a line. */
static bool parse_tuple(char *text, struct siftr_flow_key *key)
{
	char *parts[4], *next = text;
	__u32 ports[2];

	for (int i = 0; i < 4; i++)
		if (!(parts[i] = strsep(&next, ",")))
			return false;
	if (next || !parse_number(parts[1], 0xffff, &ports[0]) ||
	    !parse_number(parts[3], 0xffff, &ports[1]))
		return false;
	key->family = parse_address(parts[0], key->laddr);
	key->lport = (__u16)ports[0];
	key->fport = (__u16)ports[1];
	return key->family && parse_address(parts[2], key->faddr) == key->family;
}

/* 0 or -EINVAL. */
static int parse(const char *text, struct trigger_request *wanted)
{
	char copy[CLIENT_LINE_MAX];

	*wanted = (struct trigger_request){};
	if (!strcmp(text, "all")) {
		wanted->all = true;
		return 0;
	}
	if (parse_number(text, ~0U, &wanted->id) && wanted->id)
		return 0;
	wanted->id = 0;
	snprintf(copy, sizeof(copy), "%s", text);
	return parse_tuple(copy, &wanted->key) ? 0 : -EINVAL;
}

static bool is_wanted(const struct trigger_request *wanted, const struct flow *flow)
{
	const struct siftr_flow_key *key = &wanted->key;

	if (wanted->id)
		return flow->id == wanted->id;
	return flow->key.family == key->family && flow->key.lport == key->lport &&
	       flow->key.fport == key->fport &&
	       !memcmp(flow->key.laddr, key->laddr, sizeof(key->laddr)) &&
	       !memcmp(flow->key.faddr, key->faddr, sizeof(key->faddr));
}

/* Of all flows only those that the recorder still knows. */
static bool is_fired(struct session *session, const struct trigger_request *wanted,
		     const struct flow *flow)
{
	if (!wanted->all)
		return is_wanted(wanted, flow);
	return recorder__watches(session->recording.recorder, flow->id, &flow->key);
}

static struct trigger_request *request_of(struct run_control *control, const struct client *client)
{
	return &control->triggers[client - control->clients.of];
}

static void end(struct client *client, const struct trigger_request *wanted)
{
	client->more = NULL;
	if (!wanted->count && !wanted->all) {
		client__error(client, "the run knows no such flow; the request flows lists them");
		return;
	}
	client__print(client, client->json ? "{\"fired\": %u}\n" : "fired %u\n", wanted->count);
	client__ok(client);
}

static void fire_some(struct client *client, void *context)
{
	struct run_control *control = context;
	struct trigger_request *wanted = request_of(control, client);
	struct session *session = &control->run->session;
	__u64 now_ns = clock__monotonic_ns();
	__u64 lines = run_counts__lines(&session->counts) + PIECE_LINES;

	if (client->version != flows__rebuilt(session->flows)) {
		client->more = NULL;
		client__error(client, "connections were forgotten meanwhile, ask again");
		return;
	}
	for (int i = 0; i < PIECE_FLOWS && run_counts__lines(&session->counts) < lines; i++) {
		const struct flow *flow = flows__at(session->flows, client->position);

		if (!flow) {
			end(client, wanted);
			return;
		}
		client->position++;
		if (!is_fired(session, wanted, flow))
			continue;
		recorded_lines__fire(session, flow, now_ns);
		wanted->count++;
		if (client->version != flows__rebuilt(session->flows))
			return;
	}
}

void control_trigger__answer(struct run_control *control, struct client *client,
			     const struct words *words, bool json)
{
	struct session *session = &control->run->session;

	if (!session->recording.recorder) {
		client__error(client, "the run has no flight recorder: run with --trigger, of "
				      "which ctl is one that only this request fires");
		return;
	}
	if (words->count != 2 || parse(words->of[1], request_of(control, client))) {
		client__error(client, "trigger takes all, a flowid, or LADDR,LPORT,FADDR,FPORT");
		return;
	}
	client->more = fire_some;
	client->json = json;
	client->position = 0;
	client->version = flows__rebuilt(session->flows);
}
