// SPDX-License-Identifier: BSD-2-Clause
/*
 * The binary contains two builds of the same BPF programs: one for fentry, which reads kernel
 * memory directly, and one for kprobes, which must call a helper for each read.
 */
#include "capture/programs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <bpf/libbpf.h>

#include "capture/bitfield_layout.h"
#include "capture/prog_misses.h"
#include "capture/prog_variants.h"
#include "capture/socket_storage.h"
#include "capture/test_overrides.h"
#include "capture/verifier.h"
#include "report/report.h"
#include "siftr_fentry.skel.h"
#include "siftr_kprobe.skel.h"

#define LINKS_MAX 12

struct programs {
	struct bpf_object *object;
	struct bpf_link *links[LINKS_MAX];
	size_t nr_links;
	struct attach_way way;
	int nr_cpus;
	bool samples;	       /* packets-per-log may be more than 1 */
	bool counts_coalesced; /* packets coalesced in the socket backlog are counted */
	bool counts_late;      /* late packets are counted even where nobody listens */
};

static struct bpf_object *open_object(enum attach_type type)
{
	size_t bytes;
	const void *elf = type == ATTACH_FENTRY ? siftr_fentry__elf_bytes(&bytes)
						: siftr_kprobe__elf_bytes(&bytes);

	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "siftr_bpf");
	return bpf_object__open_mem(elf, bytes, &opts);
}

static struct bpf_map *find_map(const struct bpf_object *object, const char *name)
{
	return bpf_object__find_map_by_name(object, name);
}

/*
 * Selects, for the functions whose arguments have changed, the program that fits this kernel.
 * Without one for the backlog tracing works, but coalesced packets are not counted.
 */
static int choose_variants(struct programs *programs)
{
	int coalesced = prog_variants__choose(programs->object, "backlog", "tcp_add_backlog"),
	    timewait;

	if (coalesced < 0)
		return coalesced;
	programs->counts_coalesced = coalesced;
	timewait =
		prog_variants__choose(programs->object, "timewait", "tcp_timewait_state_process");
	if (timewait < 0)
		return timewait;
	return timewait ? 0 : -ESRCH;
}

/*
 * Prepares the object for loading: its constants, which the verifier uses to remove code, its maps
 * and the programs to be loaded.
 */
static int configure(struct programs *programs)
{
	bool by_address = programs->way.storage == SIFTR_FLOW_HASH;
	struct bpf_object *object = programs->object;
	const struct siftr_config config = {programs->way.storage, bitfield_layout__here(),
					    programs->samples};

	bpf_map__set_initial_value(find_map(object, ".rodata"), &config, sizeof(config));
	bpf_map__set_autocreate(find_map(object, "flows_by_address"), by_address);
	bpf_map__set_autocreate(find_map(object, "flows_by_socket"), !by_address);
	prog_variants__set_autoload(object, "destroy_sock", programs->samples);
	prog_variants__set_autoload(object, "no_socket_v4", programs->counts_late);
	prog_variants__set_autoload(object, "no_socket_v6", programs->counts_late);
	bpf_map__set_max_entries(find_map(object, "rings"), programs->nr_cpus);
	if (test_overrides__flows())
		bpf_map__set_max_entries(find_map(object, "flows_by_address"),
					 test_overrides__flows());
	if (programs->way.type == ATTACH_KPROBE) {
		/* Old kernels warn about kprobe programs that use maps without preallocation. */
		bpf_map__set_map_flags(find_map(object, "flows_by_address"), 0);
		return 0;
	}
	return choose_variants(programs);
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
			programs->counts_late = false;
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
	programs->counts_coalesced = false;
}

static int load(struct programs *programs, bool with_statistics)
{
	int err;

	programs->object = open_object(programs->way.type);
	if (!programs->object)
		return -errno;
	err = configure(programs);
	if (!err && with_statistics)
		err = verifier__request_statistics(programs->object);
	if (!err)
		err = bpf_object__load(programs->object);
	if (err)
		unload(programs);
	return err;
}

/* Statistics replace the verifier's error messages: a failed load is repeated without them. */
static int load_with_messages(struct programs *programs)
{
	bool verbose = report_level() == REPORT_VERBOSE;
	int err = load(programs, verbose);

	return err && verbose ? load(programs, false) : err;
}

/* If loading fails because of an optional program, the others are loaded without it. */
static int try_way(void *context, struct attach_way way)
{
	struct programs *programs = context;
	int err;

	programs->way = way;
	programs->counts_late = true;
	err = load_with_messages(programs);
	if (err && err != -EPERM && programs->counts_late) {
		programs->counts_late = false;
		err = load_with_messages(programs);
	}
	if (err)
		return err;
	if (programs->way.storage == SIFTR_FLOW_SK_STORAGE)
		err = socket_storage__probe(programs__map_fd(programs, "flows_by_socket"));
	if (!err)
		err = attach(programs);
	if (err)
		unload(programs);
	return err;
}

int programs__open(int nr_cpus, bool samples, struct programs **out)
{
	struct programs *programs = calloc(1, sizeof(*programs));
	int err;

	*out = NULL;
	if (!programs)
		return -ENOMEM;
	programs->samples = samples;
	programs->nr_cpus = nr_cpus;
	err = attach_way__choose(try_way, programs);
	if (err) {
		free(programs);
		return err;
	}
	if (report_level() == REPORT_VERBOSE)
		verifier__report(programs->object);
	report_detail("hooks attached by %s; packets-per-log counters in %s",
		      attach_way__type_name(programs->way.type),
		      attach_way__storage_name(programs->way.storage));
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

enum attach_type programs__attach_type(const struct programs *programs)
{
	return programs->way.type;
}

enum siftr_flow_storage programs__flow_storage(const struct programs *programs)
{
	return programs->way.storage;
}

bool programs__counts_coalesced(const struct programs *programs)
{
	return programs->counts_coalesced;
}

bool programs__counts_late(const struct programs *programs)
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

		/*
		 * For kprobes the kernel counts skipped runs in the probe, where they cannot be
		 * read.
		 */
		if (fd >= 0)
			visit(prog_variants__hook_name(program),
			      programs->way.type == ATTACH_KPROBE ? PROG_MISSES_UNKNOWN
								  : prog_misses__of(fd),
			      context);
	}
}
