/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's names for units of time. Times and durations are in ns unless their name says else.
 */
#ifndef SIFTR_TIME_UNITS_H
#define SIFTR_TIME_UNITS_H

#define MSEC_PER_SEC  1000LL
#define USEC_PER_SEC  1000000LL
#define NSEC_PER_USEC 1000LL
#define NSEC_PER_MSEC 1000000LL
#define NSEC_PER_SEC  1000000000LL

/* A deadline that is never reached. */
#define NEVER_NS (~0ULL)

#endif
