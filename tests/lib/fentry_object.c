// SPDX-License-Identifier: BSD-2-Clause
#include "fentry_object.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <siftr/mapped_ring.h>
#include <siftr/settings.h>

#include "siftr_fentry.skel.h"

static struct bpf_object *object;

int open_fentry_object(void **state)
{
	size_t bytes;
	const void *elf = siftr_fentry__elf_bytes(&bytes);

	(void)state;
	object = bpf_object__open_mem(elf, bytes, NULL);
	return object ? 0 : -1;
}

int close_fentry_object(void **state)
{
	(void)state;
	bpf_object__close(object);
	return 0;
}

struct bpf_program *fentry_program(const char *name)
{
	struct bpf_program *program = bpf_object__find_program_by_name(object, name);

	assert_non_null(program);
	return program;
}
