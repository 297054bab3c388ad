// SPDX-License-Identifier: BSD-2-Clause
#include "format/siftr_footer.h"

#include <stdio.h>

char *siftr_footer__write(char *out, struct siftr_time disabled, const struct format_totals *totals,
			  const char *after_malloc)
{
	const __u64 *packets = totals->packets;
	const __u64 *no_memory = totals->skipped_malloc;
	const __u64 *no_tcpcb = totals->skipped_tcpcb;
	const __u64 *no_inpcb = totals->skipped_inpcb;
	int length;

	length = snprintf(out, FORMAT_FOOTER_MAX,
			  "disable_time_secs=%llu\tdisable_time_usecs=%06u\t"
			  "num_inbound_tcp_pkts=%llu\tnum_outbound_tcp_pkts=%llu\t"
			  "total_tcp_pkts=%llu\t"
			  "num_inbound_skipped_pkts_malloc=%llu\t"
			  "num_outbound_skipped_pkts_malloc=%llu\t%s"
			  "num_inbound_skipped_pkts_tcpcb=%llu\t"
			  "num_outbound_skipped_pkts_tcpcb=%llu\t"
			  "num_inbound_skipped_pkts_inpcb=%llu\t"
			  "num_outbound_skipped_pkts_inpcb=%llu\t"
			  "total_skipped_tcp_pkts=%llu\tflow_list=",
			  disabled.seconds, disabled.microseconds, packets[SIFTR_IN],
			  packets[SIFTR_OUT], packets[SIFTR_IN] + packets[SIFTR_OUT],
			  no_memory[SIFTR_IN], no_memory[SIFTR_OUT], after_malloc,
			  no_tcpcb[SIFTR_IN], no_tcpcb[SIFTR_OUT], no_inpcb[SIFTR_IN],
			  no_inpcb[SIFTR_OUT],
			  no_memory[SIFTR_IN] + no_memory[SIFTR_OUT] + no_tcpcb[SIFTR_IN] +
				  no_tcpcb[SIFTR_OUT] + no_inpcb[SIFTR_IN] + no_inpcb[SIFTR_OUT]);
	return out + length;
}
