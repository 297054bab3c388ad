// SPDX-License-Identifier: BSD-2-Clause
/* The reference that the output of every other way is compared with, byte for byte. */
#include "naive.h"

#include <arpa/inet.h>

void naive__print(FILE *file, const struct row *row)
{
	const struct siftr_columns *c = &row->columns;
	const struct siftr_flow_key *flow = row->flow;
	int family = flow->family == 4 ? AF_INET : AF_INET6;
	char laddr[INET6_ADDRSTRLEN], faddr[INET6_ADDRSTRLEN];

	inet_ntop(family, flow->laddr, laddr, sizeof(laddr));
	inet_ntop(family, flow->faddr, faddr, sizeof(faddr));
	fprintf(file,
		"%c,%llu.%06u,%s,%u,%s,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,"
		"%u,%u,191\n",
		row->direction == SIFTR_IN ? 'i' : 'o', row->time.seconds,
		row->time.microseconds, laddr, flow->lport, faddr, flow->fport, c->snd_ssthresh,
		c->snd_cwnd, c->t_flags2, c->snd_wnd, c->rcv_wnd, c->snd_scale, c->rcv_scale,
		c->conn_state, c->max_seg_size, c->srtt, c->sack_enabled, c->t_flags, c->rto,
		c->snd_buf_hiwater, c->snd_buf_cc, c->rcv_buf_hiwater, c->rcv_buf_cc,
		c->sent_inflight_bytes, c->t_segqlen, row->flowid);
}
