// SPDX-License-Identifier: BSD-2-Clause
/* Names of the ways to attach. */
#include "capture/attach_way.h"

const char *attach_way__name(enum programs_way way)
{
	return way == PROGRAMS_FENTRY ? "fentry" : "kprobe";
}

const char *attach_way__storage_name(enum siftr_flow_storage storage)
{
	return storage == SIFTR_FLOW_SK_STORAGE ? "socket storage" : "a hash map";
}
