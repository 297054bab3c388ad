// SPDX-License-Identifier: BSD-2-Clause
/* The number of arguments of a kernel function comes from the kernel's type information (BTF). */
#include "capture/prog_variants.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

#include <siftr/array_size.h>

#include "capture/kernel_btf.h"

/*
 * Number of arguments of a kernel function; 0 if the kernel has no such function, a negative errno
 * if there is no type information.
 */
static int count_arguments(const char *function)
{
	const struct btf_type *type = NULL;
	const struct btf *btf;
	int id, err = kernel_btf__get(&btf);

	if (err)
		return err;
	id = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC);
	if (id > 0)
		type = btf__type_by_id(btf, btf__type_by_id(btf, id)->type);
	return type ? btf_vlen(type) : 0;
}

int prog_variants__choose(struct bpf_object *object, const char *name, const char *function)
{
	int arguments = count_arguments(function), chosen = 0;

	if (arguments < 0)
		return arguments;
	for (int variant = 2; variant <= 5; variant++) {
		struct bpf_program *program;
		char variant_name[32];

		snprintf(variant_name, sizeof(variant_name), "%s_%d", name, variant);
		program = bpf_object__find_program_by_name(object, variant_name);
		if (!program)
			continue;
		bpf_program__set_autoload(program, variant == arguments);
		chosen |= variant == arguments;
	}
	return chosen;
}
