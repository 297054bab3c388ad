/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record from which the tests of a line's columns start: an idle connection that negotiated no
 * option, so that each test changes only the field it is about.
 */
#ifndef SIFTR_TESTS_IDLE_RECORD_H
#define SIFTR_TESTS_IDLE_RECORD_H

#include <siftr/time_units.h>

#include "convert/siftr.h"

#define HZ250_TICK_NS (4 * NSEC_PER_MSEC)

/* TCP states as the kernel numbers them. */
enum {
	ESTABLISHED = 1,
	FIN_WAIT1 = 4,
	FIN_WAIT2 = 5,
	TIME_WAIT = 6,
	CLOSE_WAIT = 8,
	LAST_ACK = 9,
	CLOSING = 11
};

/* Returns the record of an idle connection: no flag is set and the buffers are empty. */
struct siftr_record idle_record(void);

/* The columns of the record on a kernel with CONFIG_HZ=250. */
struct siftr_columns columns_of(const struct siftr_record *record);

#endif
