/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of a 4-tuple: "laddr,lport,faddr,fport," in a data line and "laddr;lport-faddr;fport,"
 * in the footer's flow list, which differ in the four separators only. Formats that write IPv6
 * addresses differently, siftr-1.2 and ttprobe, have writers of their own. read/field_parser.c
 * parses both forms.
 */
#ifndef SIFTR_FORMAT_TUPLE_H
#define SIFTR_FORMAT_TUPLE_H

#include <stddef.h>
#include <siftr/record.h>

#include "format/decimal.h"
#include "format/digits.h"

/* The four separators of each form in their order. No address or port contains such a character. */
#define TUPLE_COLUMNS	 ",,,,"
#define TUPLE_LIST_ENTRY ";-;,"

/* Length of the longest text of an IPv4 and of an IPv6 4-tuple. */
#define TUPLE_IPV4_MAX (2 * (15 + 1 + 5 + 1))
#define TUPLE_IPV6_MAX (2 * (DECIMAL_ADDRESS_MAX + 1 + 5 + 1))

/* tuple__write() may write this many bytes, however short the text. */
#define TUPLE_ROOM 128

_Static_assert(TUPLE_IPV6_MAX + DIGITS_ROOM <= TUPLE_ROOM, "the longest tuple fits its room");

static inline char *tuple__write_endpoint(char *out, __u8 family, const __u64 address[2],
					  __u16 port, const char separators[2])
{
	/* digits__ipv4() ends its text with a dot, which the separator replaces. */
	out = family == 4 ? digits__ipv4(out, address) : decimal__ipv6(out, address) + 1;
	out[-1] = separators[0];
	out = digits__steady_column(out, port);
	out[-1] = separators[1];
	return out;
}

/*
 * Writes the 4-tuple of a flow with these separators. Returns the end of the text, after the last
 * separator.
 */
static inline char *tuple__write(char *out, const struct siftr_flow_key *flow,
				 const char separators[4])
{
	out = tuple__write_endpoint(out, flow->family, flow->laddr, flow->lport, separators);
	return tuple__write_endpoint(out, flow->family, flow->faddr, flow->fport, separators + 2);
}

/*
 * Copies the text of a tuple with its separators replaced by `separators`. `text` has either form
 * and `bytes` bytes before its last separator. Writes bytes + 1 bytes and returns the end. Unlike
 * parsing and writing, this keeps the spelling of the addresses.
 */
char *tuple__separate(char *out, const char *text, size_t bytes, const char separators[4]);

#endif
