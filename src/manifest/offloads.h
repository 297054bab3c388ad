/* SPDX-License-Identifier: BSD-2-Clause */
/* What a network device does in place of the kernel, as ethtool(8) shows it. */
#ifndef SIFTR_MANIFEST_OFFLOADS_H
#define SIFTR_MANIFEST_OFFLOADS_H

#include <jansson.h>

/*
 * Adds "driver" and "offloads" of the device to `facts`, as far as the device tells them; `fd` is a
 * socket of the device's network namespace. 0 or -ENOMEM.
 */
int offloads__add(json_t *facts, int fd, const char *device);

#endif
