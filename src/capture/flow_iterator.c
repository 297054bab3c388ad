// SPDX-License-Identifier: BSD-2-Clause
#include "capture/flow_iterator.h"

#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

static const struct {
	const char *program, *map;
} iterators[] = {
	[SIFTR_FLOW_SK_STORAGE] = {"rests_by_socket", "flows_by_socket"},
	[SIFTR_FLOW_HASH] = {"rests_by_address", "flows_by_address"},
};

bool flow_iterator__is_program(const struct bpf_program *program)
{
	return !strncmp(bpf_program__section_name(program), "iter/", 5);
}

bool flow_iterator__is_for(const struct bpf_program *program, enum siftr_flow_storage storage)
{
	return !strcmp(bpf_program__name(program), iterators[storage].program);
}

void flow_iterator__open(struct flow_iterator *iterator, const struct bpf_object *object,
			 enum siftr_flow_storage storage)
{
	const struct bpf_program *program =
		bpf_object__find_program_by_name(object, iterators[storage].program);
	union bpf_iter_link_info info = {
		.map.map_fd = bpf_object__find_map_fd_by_name(object, iterators[storage].map)};
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &info, .link_info_len = sizeof(info));

	iterator->link = bpf_program__attach_iter(program, &opts);
	if (!iterator->link)
		return;
	iterator->fd = bpf_iter_create(bpf_link__fd(iterator->link));
	if (iterator->fd < 0) {
		bpf_link__destroy(iterator->link);
		iterator->link = NULL;
	}
}

void flow_iterator__close(struct flow_iterator *iterator)
{
	if (!iterator->link)
		return;
	close(iterator->fd);
	bpf_link__destroy(iterator->link);
	iterator->link = NULL;
}
