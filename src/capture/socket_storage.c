// SPDX-License-Identifier: BSD-2-Clause
/*
 * A kernel may support socket storage and then always fail to allocate it (7.2 on a CPU without
 * cmpxchg16b), so this tries it on a socket. If the host is just short of memory, the next way of
 * attaching fails as well.
 */
#include "capture/socket_storage.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include <siftr/record.h>

int socket_storage__probe(int map_fd)
{
	const struct siftr_flow_state state = {};
	int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), err = 0;

	if (sock < 0)
		return -errno;
	if (bpf_map_update_elem(map_fd, &sock, &state, BPF_NOEXIST))
		err = errno == ENOMEM ? -EOPNOTSUPP : -errno;
	close(sock);
	return err;
}
