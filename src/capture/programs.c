// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two builds of the same programs are carried: one for fentry, whose loads are
 * direct, one for kprobes. Nothing is guessed from a version: each way is tried
 * and given up where the kernel refuses it.
 */
#include "capture/programs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "capture/test_overrides.h"
#include "capture/prog_variants.h"
#include "capture/bitfield_layout.h"
#include "capture/prog_misses.h"
#include "capture/load_errors.h"
#include "capture/verifier.h"
#include "report/report.h"
#include "siftr_fentry.skel.h"
#include "siftr_kprobe.skel.h"

#define LINKS_MAX 12

struct programs {
	struct bpf_object *object;
	struct bpf_link *links[LINKS_MAX];
	size_t nr_links;
	enum programs_way way;
	enum siftr_flow_storage storage;
	int samples;	   /* packets-per-log may be more than 1 */
	int counts_merged; /* packets merged in the backlog */
	int counts_late;   /* packets of no connection, without a listener */
};

static const struct {
	enum programs_way way;
	enum siftr_flow_storage storage;
} ways[] = {
	{PROGRAMS_FENTRY, SIFTR_FLOW_SK_STORAGE}, /* from 5.11 on */
	{PROGRAMS_FENTRY, SIFTR_FLOW_HASH},
	{PROGRAMS_KPROBE, SIFTR_FLOW_HASH}, /* where there is no fentry: arm64 before 6.0 */
};

const char *programs__way_name(enum programs_way way)
{
	return way == PROGRAMS_FENTRY ? "fentry" : "kprobe";
}

const char *programs__storage_name(enum siftr_flow_storage storage)
{
	return storage == SIFTR_FLOW_SK_STORAGE ? "socket storage" : "a hash map";
}

static struct bpf_object *open_object(enum programs_way way)
{
	size_t bytes;
	const void *elf = way == PROGRAMS_FENTRY ? siftr_fentry__elf_bytes(&bytes)
						 : siftr_kprobe__elf_bytes(&bytes);

	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "siftr_bpf");
	return bpf_object__open_mem(elf, bytes, &opts);
}

static struct bpf_map *find_map(const struct bpf_object *object, const char *name)
{
	return bpf_object__find_map_by_name(object, name);
}

/* Merged packets can be done without. */
static int choose_forms(struct programs *programs)
{
	int merged = prog_variants__choose(programs->object, "backlog", "tcp_add_backlog"),
	    timewait;

	if (merged < 0)
		return merged;
	programs->counts_merged = merged;
	timewait =
		prog_variants__choose(programs->object, "timewait", "tcp_timewait_state_process");
	if (timewait < 0)
		return timewait;
	return timewait ? 0 : -ESRCH;
}

/* Everything the verifier treats as known is set before the load. */
static int configure(struct programs *programs, int nr_cpus)
{
	int by_address = programs->storage == SIFTR_FLOW_HASH;
	struct bpf_object *object = programs->object;
	const struct siftr_config config = {programs->storage, bitfield_layout__here(),
					    programs->samples};

	bpf_map__set_initial_value(find_map(object, ".rodata"), &config, sizeof(config));
	bpf_map__set_autocreate(find_map(object, "flows_by_address"), by_address);
	bpf_map__set_autocreate(find_map(object, "flows_by_socket"), !by_address);
	prog_variants__set_autoload(object, "destroy_sock", programs->samples);
	prog_variants__set_autoload(object, "no_socket_v4", programs->counts_late);
	prog_variants__set_autoload(object, "no_socket_v6", programs->counts_late);
	bpf_map__set_max_entries(find_map(object, "rings"), nr_cpus);
	if (test_overrides__flows())
		bpf_map__set_max_entries(find_map(object, "flows_by_address"),
					 test_overrides__flows());
	if (programs->way == PROGRAMS_KPROBE) {
		/* Old kernels warn of kprobe programs that allocate as they run. */
		bpf_map__set_map_flags(find_map(object, "flows_by_address"), 0);
		return 0;
	}
	return choose_forms(programs);
}

static int attach(struct programs *programs)
{
	struct bpf_program *program;

	bpf_object__for_each_program (program, programs->object) {
		struct bpf_link *link;

		if (!bpf_program__autoload(program))
			continue;
		link = bpf_program__attach(program);
		if (!link && prog_variants__is_optional(program)) {
			programs->counts_late = 0;
			continue;
		}
		if (!link)
			return -errno;
		programs->links[programs->nr_links++] = link;
	}
	return 0;
}

void programs__detach(struct programs *programs)
{
	while (programs->nr_links)
		bpf_link__destroy(programs->links[--programs->nr_links]);
}

static void unload(struct programs *programs)
{
	programs__detach(programs);
	bpf_object__close(programs->object);
	programs->object = NULL;
	programs->counts_merged = 0;
}

/*
 * A kernel may offer socket storage and then never have memory for it (7.2 on a
 * CPU without cmpxchg16b), so one is made for a socket of our own. A host that is short of
 * memory refuses it to the next way as well.
 */
static int probe_storage(const struct programs *programs)
{
	int sock, err = 0;
	const struct siftr_flow_state state = {};

	if (programs->storage != SIFTR_FLOW_SK_STORAGE)
		return 0;
	sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return -errno;
	if (bpf_map_update_elem(programs__map_fd(programs, "flows_by_socket"), &sock, &state,
				BPF_NOEXIST))
		err = errno == ENOMEM ? -EOPNOTSUPP : -errno;
	close(sock);
	return err;
}

static int load(struct programs *programs, int nr_cpus, int with_statistics)
{
	int err;

	programs->object = open_object(programs->way);
	if (!programs->object)
		return -errno;
	err = configure(programs, nr_cpus);
	if (!err && with_statistics)
		err = verifier__watch(programs->object);
	if (!err)
		err = bpf_object__load(programs->object);
	if (err)
		unload(programs);
	return err;
}

/* Statistics take the place of the verifier's words: a refused load is done again without. */
static int load_either(struct programs *programs, int nr_cpus)
{
	int verbose = report_level() == REPORT_VERBOSE;
	int err = load(programs, nr_cpus, verbose);

	return err && verbose ? load(programs, nr_cpus, 0) : err;
}

/* What the kernel lacks for an optional program must not cost the others. */
static int try_way(struct programs *programs, int nr_cpus)
{
	int err;

	programs->counts_late = 1;
	err = load_either(programs, nr_cpus);
	if (err && err != -EPERM && programs->counts_late) {
		programs->counts_late = 0;
		err = load_either(programs, nr_cpus);
	}
	if (err)
		return err;
	err = probe_storage(programs);
	if (!err)
		err = attach(programs);
	if (err)
		unload(programs);
	return err;
}

/* What is about this process or this moment is so with every way: another would not help. */
static int is_about_way(int err)
{
	return err && err != -EPERM && !load_errors__is_passing(err);
}

static int try_ways(struct programs *programs, int nr_cpus)
{
	int err = -ENOTSUP;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && is_about_way(err); i++) {
		if (test_overrides__bars(ways[i].way, ways[i].storage))
			continue;
		report_forget_libbpf();
		programs->way = ways[i].way;
		programs->storage = ways[i].storage;
		err = try_way(programs, nr_cpus);
		if (err)
			report_detail("no %s with %s here: %s", programs__way_name(ways[i].way),
				      programs__storage_name(ways[i].storage), strerror(-err));
		if (err && report_level() == REPORT_VERBOSE)
			report_libbpf();
	}
	return err;
}

int programs__open(int nr_cpus, int samples, struct programs **out)
{
	struct programs *programs = calloc(1, sizeof(*programs));
	int err;

	*out = NULL;
	if (!programs)
		return -ENOMEM;
	programs->samples = samples;
	err = try_ways(programs, nr_cpus);
	if (err) {
		free(programs);
		return err;
	}
	if (report_level() == REPORT_VERBOSE)
		verifier__report(programs->object);
	report_detail("hooks attached by %s; packets-per-log counters in %s",
		      programs__way_name(programs->way), programs__storage_name(programs->storage));
	*out = programs;
	return 0;
}

void programs__free(struct programs *programs)
{
	if (!programs)
		return;
	unload(programs);
	free(programs);
}

int programs__map_fd(const struct programs *programs, const char *name)
{
	return bpf_map__fd(find_map(programs->object, name));
}

enum programs_way programs__way(const struct programs *programs)
{
	return programs->way;
}

enum siftr_flow_storage programs__flow_storage(const struct programs *programs)
{
	return programs->storage;
}

int programs__counts_merged(const struct programs *programs)
{
	return programs->counts_merged;
}

int programs__counts_late(const struct programs *programs)
{
	return programs->counts_late;
}

void programs__each_missed(const struct programs *programs,
			   void (*visit)(const char *name, __u64 missed, void *context),
			   void *context)
{
	struct bpf_program *program;

	bpf_object__for_each_program (program, programs->object) {
		int fd = bpf_program__fd(program);

		/* What keeps a kprobe from running is counted with the probe, not the program. */
		if (fd >= 0)
			visit(prog_variants__hook_name(program),
			      programs->way == PROGRAMS_KPROBE ? PROG_MISSES_UNKNOWN
							       : prog_misses__of(fd),
			      context);
	}
}
