/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks the IPv6 addresses of a flow against its run's ipmode and the usual notation. */
#ifndef SIFTR_CHECK_ADDRESS_CHECK_H
#define SIFTR_CHECK_ADDRESS_CHECK_H

#include <stdbool.h>

#include "read/key_values.h"
#include "read/line_parser.h"
#include "report/diagnostic.h"

/*
 * For the first data line of a flow in a run with that header. FreeBSD's own notation of IPv6
 * addresses is accepted.
 */
void address_check__flow(const struct diagnostic_sink *sink, const struct header_values *header,
			 bool freebsd, const struct line_event *event);

#endif
