// SPDX-License-Identifier: BSD-2-Clause
#include "format/siftr2_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/decimal.h"
#include "format/format_cache.h"
#include "format/hexadecimal.h"
#include "report/report.h"

/* The longest entry of the flow list: its texts and numbers, each with a delimiter, and a NUL. */
_Static_assert(9 + 2 + 2 * (DECIMAL_ADDRESS_MAX + 1 + 6) + RUN_FLOWS_STACK_MAX + 1 +
			       RUN_FLOWS_NAME_MAX + 1 + DECIMAL_U32_MAX + 1 + 2 + 2 * 4 +
			       2 * (DECIMAL_U64_MAX + 1) + 1 <=
		       SIFTR2_TEXT_FLOW_MAX,
	       "the longest entry fits its room");

/* The readers of siftr2 have room for this many characters of sysver. */
#define SYSVER_MAX 99

/*
 * Writes the text for sysver, such as "Linux 6.1.0"; siftr2 has the first line of FreeBSD's version
 * there.
 */
static void describe_kernel(char text[SYSVER_MAX + 1], const struct format_start *start)
{
	__u32 version = start->sysver;

	if (start->kernel)
		snprintf(text, SYSVER_MAX + 1, "%s", start->kernel);
	else if (!strcmp(start->sysname, "Linux"))
		snprintf(text, SYSVER_MAX + 1, "Linux %u.%u.%u", version / 1000000,
			 version / 1000 % 1000, version % 1000);
	else
		snprintf(text, SYSVER_MAX + 1, "%.7s %u", start->sysname, version);
}

char *siftr2_text__header(char *out, const struct format_start *start, const char *record_format)
{
	char kernel[SYSVER_MAX + 1];
	int length;

	describe_kernel(kernel, start);
	length = snprintf(out, FORMAT_HEADER_MAX,
			  "enable_time_secs=%llu\tenable_time_usecs=%06u\tsiftrver=2.5\t"
			  "rec_fmt=%s\tsysver=%s\n",
			  start->enabled.seconds, start->enabled.microseconds, record_format,
			  kernel);
	return out + length;
}

static __u64 count_generated_ids(const struct run_flows *flows, size_t count)
{
	__u64 generated = 0;

	for (size_t i = 0; i < count; i++)
		generated += run_flows__at(flows, i)->is_generated;
	return generated;
}

char *siftr2_text__footer(char *out, struct run_flows *flows, struct siftr_time disabled,
			  const struct format_totals *totals, bool is_binary)
{
	size_t count = run_flows__sort(flows);
	size_t longest = is_binary ? SIFTR2_TEXT_RECORD_BYTES : run_flows__longest_line(flows);
	int length;

	length = snprintf(out, FORMAT_FOOTER_MAX,
			  "disable_time_secs=%llu\tdisable_time_usecs=%06u\tglobal_flow_cnt=%zu\t"
			  "ring_drops=%llu\t%s=%zu\tgen_flowid_cnt=%llu\tflow_list=",
			  disabled.seconds, disabled.microseconds, count,
			  totals->skipped_malloc[SIFTR_IN] + totals->skipped_malloc[SIFTR_OUT],
			  is_binary ? "record_size" : "max_str_size", longest,
			  count_generated_ids(flows, count));
	return out + length;
}

static char *write_text(char *out, const char *text)
{
	out = stpcpy(out, text);
	*out++ = ',';
	return out;
}

static char *write_endpoint(char *out, __u8 family, const __u64 address[2], __u16 port)
{
	out = family == 4 ? decimal__ipv4(out, address) : decimal__ipv6(out, address);
	*out++ = ',';
	out = decimal__u32(out, port);
	*out++ = ',';
	return out;
}

char *siftr2_text__flow(char *out, const struct run_flow *flow)
{
	const struct siftr_flow_key *key = &flow->key;
	int length;

	out = hexadecimal__eight(out, flow->id);
	out += sprintf(out, ",%u,", key->family);
	out = write_endpoint(out, key->family, key->laddr, key->lport);
	out = write_endpoint(out, key->family, key->faddr, key->fport);
	out = write_text(out, flow->stack);
	out = write_text(out, flow->congestion);
	length = sprintf(out, "%u,%u,%u,%u,%llu,%llu;", flow->mss, flow->sack_enabled,
			 flow->snd_scale, flow->rcv_scale, flow->nr_lines, flow->nr_packets);
	return out + length;
}

void siftr2_text__report_footer(const char *name, size_t bytes, size_t nr_flows)
{
	if (bytes >= SIFTR2_TEXT_FOOTER_READ)
		report_message("the footer of %s has %zu bytes, for %zu flows: review_siftr2_log "
			       "reads only %d; siftr2_reader.py and siftr-bpf read all",
			       name, bytes, nr_flows, SIFTR2_TEXT_FOOTER_READ - 1);
	else if (!nr_flows)
		report_message("%s has no line, which the readers of siftr2 refuse", name);
}

void siftr2_text__lose_line(void *context, const char *line, size_t bytes)
{
	struct format_cache *cache = context;
	char id[9] = "";

	if (bytes < sizeof(id))
		return;
	memcpy(id, line, sizeof(id) - 1);
	run_flows__lose_line(cache->run_flows, (__u32)strtoul(id, NULL, 16), bytes);
}
