// SPDX-License-Identifier: BSD-2-Clause
/* The table of the ways to attach, and their names. */
#include "capture/attach_way.h"

const struct attach_way attach_way__all[ATTACH_WAYS] = {
	{ATTACH_FENTRY, SIFTR_FLOW_SK_STORAGE}, /* from 5.11 on */
	{ATTACH_FENTRY, SIFTR_FLOW_HASH},
	{ATTACH_KPROBE, SIFTR_FLOW_HASH}, /* where there is no fentry: arm64 before 6.0 */
};

const char *attach_way__type_name(enum attach_type type)
{
	return type == ATTACH_FENTRY ? "fentry" : "kprobe";
}

const char *attach_way__storage_name(enum siftr_flow_storage storage)
{
	return storage == SIFTR_FLOW_SK_STORAGE ? "socket storage" : "a hash map";
}
