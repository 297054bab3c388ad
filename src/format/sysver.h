/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's release as the number in a log's header, where FreeBSD has __FreeBSD_version. */
#ifndef SIFTR_FORMAT_SYSVER_H
#define SIFTR_FORMAT_SYSVER_H

#include <linux/types.h>

/*
 * major * 1000000 + minor * 1000 + patch: 6.12.107 is 6012107, 6.1.0-50-amd64 is 6001000. Each
 * part is capped at 999, the number at 9999999. 0 if `release` is not a version.
 */
__u32 sysver__parse(const char *release);

#endif
