// SPDX-License-Identifier: BSD-2-Clause
/* The number of arguments, read from the kernel's own type information, decides. */
#include "capture/prog_variants.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

/* Number of arguments of a kernel function; 0: not known. A negative errno without types. */
static int count_arguments(const char *function)
{
	struct btf *btf = btf__load_vmlinux_btf();
	const struct btf_type *type = NULL;
	int id, arguments = 0;

	if (!btf)
		return -errno;
	id = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC);
	if (id > 0)
		type = btf__type_by_id(btf, btf__type_by_id(btf, id)->type);
	if (type)
		arguments = btf_vlen(type);
	btf__free(btf);
	return arguments;
}

void prog_variants__set_autoload(struct bpf_object *object, const char *name, int wanted)
{
	struct bpf_program *program = bpf_object__find_program_by_name(object, name);

	if (program)
		bpf_program__set_autoload(program, wanted);
}

int prog_variants__choose(struct bpf_object *object, const char *name, const char *function)
{
	int arguments = count_arguments(function), chosen = 0;

	if (arguments < 0)
		return arguments;
	for (int form = 2; form <= 5; form++) {
		char form_name[32];

		snprintf(form_name, sizeof(form_name), "%s_%d", name, form);
		if (!bpf_object__find_program_by_name(object, form_name))
			continue;
		prog_variants__set_autoload(object, form_name, form == arguments);
		chosen |= form == arguments;
	}
	return chosen;
}

int prog_variants__is_optional(const struct bpf_program *program)
{
	static const char prefix[] = "no_socket";

	return !strncmp(bpf_program__name(program), prefix, sizeof(prefix) - 1);
}

const char *prog_variants__hook_name(const struct bpf_program *program)
{
	static const char *const in_forms[] = {"backlog", "timewait"};
	const char *name = bpf_program__name(program);

	for (size_t i = 0; i < sizeof(in_forms) / sizeof(in_forms[0]); i++) {
		size_t length = strlen(in_forms[i]);

		if (!strncmp(name, in_forms[i], length) && name[length] == '_' &&
		    isdigit((unsigned char)name[length + 1]))
			return in_forms[i];
	}
	return name;
}
