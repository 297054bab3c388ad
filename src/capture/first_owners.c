// SPDX-License-Identifier: BSD-2-Clause
#include "capture/first_owners.h"

#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <siftr/record.h>

#include "capture/process_sockets.h"
#include "capture/programs.h"
#include "filter/filter.h"
#include "filter/filter_processes.h"
#include "report/report.h"

struct search {
	const struct filter_values *filter;
	bool all; /* also of the processes that the filters are not about */
	int map;
};

static bool is_wanted(void *context, const struct siftr_owner *process, const char *pid)
{
	const struct search *search = context;

	(void)pid;
	return search->all ||
	       filter_processes__are_about(search->filter, process->pid, process->comm);
}

/*
 * If several processes have a socket, the first one that is found is its owner. More sockets than
 * the map takes are no failure if they are of processes that later filters may be about.
 */
static int add_socket(void *context, const struct siftr_owner *process, __u64 inode)
{
	const struct search *search = context;

	if (!bpf_map_update_elem(search->map, &inode, process, BPF_NOEXIST) || errno == EEXIST)
		return 0;
	return search->all && errno == E2BIG ? 0 : -errno;
}

/* Whether the sockets of the processes of other users can be seen. */
static bool sees_all(void)
{
	return !access("/proc/1/fd", R_OK | X_OK);
}

static int find(const struct search *search)
{
	const struct process_visitor visitor = {(void *)search, is_wanted, add_socket};
	int err = process_sockets__visit(&visitor);

	return err ? report_error(err, "note the sockets of processes, from /proc") : 0;
}

int first_owners__find(const struct filter_values *filter, bool steered,
		       const struct programs *programs)
{
	struct search search = {.filter = filter};
	int err;

	if (!(filter__used(filter) & SIFTR_FILTER_PROCESS))
		return 0;
	search.map = programs__map_fd(programs, "first_owners");
	err = find(&search);
	if (!err && steered) {
		search.all = true;
		err = find(&search);
	}
	if (!err && !sees_all())
		report_notice("connections that processes of other users have already cannot be "
			      "found: that takes CAP_SYS_PTRACE and all of /proc");
	return err;
}
