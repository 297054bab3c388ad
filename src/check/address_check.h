/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the IPv6 addresses of a flow: whether the header's ipmode allows IPv6, and, unless the log
 * has FreeBSD's notation, whether they are written in the notation of inet_ntop(3).
 */
#ifndef SIFTR_CHECK_ADDRESS_CHECK_H
#define SIFTR_CHECK_ADDRESS_CHECK_H

#include <stdbool.h>

#include "read/key_values.h"
#include "read/line_parser.h"
#include "report/diagnostic.h"

/*
 * Checks the addresses of a flow. `event` is its first data line, `header` that of the run.
 * `freebsd` accepts FreeBSD's own notation of IPv6 addresses, which SIFTR 1.2.4 always has.
 */
void address_check__flow(const struct diagnostic_sink *sink, const struct header_values *header,
			 bool freebsd, const struct line_event *event);

#endif
