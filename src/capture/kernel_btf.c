// SPDX-License-Identifier: BSD-2-Clause
/*
 * Parses /sys/kernel/btf/vmlinux on first use. There is no lock, because only the main thread
 * asks.
 */
#include "capture/kernel_btf.h"

#include <errno.h>
#include <stddef.h>

static struct btf *parsed;

int kernel_btf__get(const struct btf **btf)
{
	if (!parsed)
		parsed = btf__parse_raw(KERNEL_BTF_PATH);
	*btf = parsed;
	return parsed ? 0 : -errno;
}

void kernel_btf__free(void)
{
	btf__free(parsed);
	parsed = NULL;
}
