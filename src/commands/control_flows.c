// SPDX-License-Identifier: BSD-2-Clause
#include "commands/control_flows.h"

#include <arpa/inet.h>

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "convert/flows.h"

/* Flows in a piece: about 0.1 ms. */
#define PIECE 256

#define ROW_BYTES 256
_Static_assert(PIECE *ROW_BYTES <= CLIENT_PIECE_MAX, "a piece fits its room");

#define ADDRESS_BYTES INET6_ADDRSTRLEN

static const char *address(const struct siftr_flow_key *key, const __u64 address[2],
			   char text[ADDRESS_BYTES])
{
	return inet_ntop(key->family == 4 ? AF_INET : AF_INET6, address, text, ADDRESS_BYTES);
}

static bool is_seen(const struct flow *flow)
{
	return flow->lines[SIFTR_IN] || flow->lines[SIFTR_OUT];
}

static void print_row(struct client *client, const struct flow *flow, __u64 now_ns)
{
	const struct siftr_flow_key *key = &flow->key;
	char laddr[ADDRESS_BYTES], faddr[ADDRESS_BYTES];
	__u64 last_ns = is_seen(flow) ? flow__last_ns(flow) : now_ns;

	client__print(client, "%-10u %-15s %5u %-15s %5u %10u %10u %8.1f\n", flow->id,
		      address(key, key->laddr, laddr), key->lport, address(key, key->faddr, faddr),
		      key->fport, flow->lines[SIFTR_IN], flow->lines[SIFTR_OUT],
		      now_ns > last_ns ? (double)(now_ns - last_ns) / NSEC_PER_SEC : 0.0);
}

static void print_object(struct client *client, struct wall_clock *wall, const struct flow *flow)
{
	const struct siftr_flow_key *key = &flow->key;
	char laddr[ADDRESS_BYTES], faddr[ADDRESS_BYTES];
	struct siftr_time last = wall_clock__time(wall, flow__last_ns(flow));

	client__print(client,
		      "{\"flowid\":%u,\"laddr\":\"%s\",\"lport\":%u,\"faddr\":\"%s\",\"fport\":%u,"
		      "\"netns\":%u,\"lines_in\":%u,\"lines_out\":%u,\"last_seen\":",
		      flow->id, address(key, key->laddr, laddr), key->lport,
		      address(key, key->faddr, faddr), key->fport, key->netns,
		      flow->lines[SIFTR_IN], flow->lines[SIFTR_OUT]);
	if (is_seen(flow))
		client__print(client, "%llu.%u}", last.seconds, last.microseconds / 100000);
	else
		client__print(client, "null}");
}

static void end(struct client *client)
{
	client->more = NULL;
	if (client->json)
		client__print(client, "\n]\n");
	client__ok(client);
}

static void write_piece(struct client *client, void *context)
{
	const struct run_control *control = context;
	struct session *session = &control->run->session;
	__u64 now_ns = clock__monotonic_ns();
	size_t stop = client->position + PIECE;

	if (client->version != flows__rebuilt(session->flows)) {
		client->more = NULL;
		client__error(client, "connections were forgotten meanwhile, ask again");
		return;
	}
	while (client->position < stop) {
		const struct flow *flow = flows__at(session->flows, client->position);

		if (!flow) {
			end(client);
			return;
		}
		if (client->json) {
			client__print(client, client->position ? ",\n" : "\n");
			print_object(client, &session->wall, flow);
		} else {
			print_row(client, flow, now_ns);
		}
		client->position++;
	}
}

void control_flows__answer(struct run_control *control, struct client *client, bool json)
{
	client->more = write_piece;
	client->position = 0;
	client->version = flows__rebuilt(control->run->session.flows);
	client->json = json;
	if (json)
		client__print(client, "[");
	else
		client__print(client, "%-10s %-15s %5s %-15s %5s %10s %10s %8s\n", "FLOWID",
			      "LADDR", "LPORT", "FADDR", "FPORT", "LINES_IN", "LINES_OUT", "IDLE");
}
