/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Units of time under the kernel's names. Variables with a time or a duration are in nanoseconds
 * unless their name says otherwise.
 */
#ifndef SIFTR_TIME_UNITS_H
#define SIFTR_TIME_UNITS_H

#define MSEC_PER_SEC  1000LL
#define USEC_PER_SEC  1000000LL
#define NSEC_PER_USEC 1000LL
#define NSEC_PER_MSEC 1000000LL
#define NSEC_PER_SEC  1000000000LL

/* The time of an event that is not scheduled: later than every clock reading. */
#define NEVER_NS (~0ULL)

#endif
