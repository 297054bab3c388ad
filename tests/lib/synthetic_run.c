// SPDX-License-Identifier: BSD-2-Clause
#include "synthetic_run.h"

#include <fcntl.h>
#include <unistd.h>

#include "idle_record.h"
#include "numbered_key.h"

#include "capture/clock.h"
#include "check/validate.h"
#include "commands/recorded_lines.h"
#include "report/report.h"

#define PACKETS_MAX 4096

struct siftr_counters kernel_counters;

/* The simulated ring: records that were not read yet, oldest first. */
static struct siftr_record waiting[PACKETS_MAX];
static size_t nr_waiting;
static __u32 nr_packets;

static void read_kernel_counters(const struct tracer *tracer, struct siftr_counters *sum)
{
	(void)tracer;
	*sum = kernel_counters;
}

static void start_next_file(struct tracer *tracer)
{
	(void)tracer;
}

/* The number of a packet's flow, and the key of that flow. */
static __u32 flow_of_packet(__u32 number, __u32 packets_per_flow)
{
	return 1 + number / packets_per_flow * 2 + !!(number & 8);
}

static struct siftr_flow_key key_of_flow(__u32 flow)
{
	return (flow - 1) % 2 ? ipv6_key_number((flow - 1) / 2) : key_number((flow - 1) / 2);
}

void send_packet(__u32 packets_per_flow)
{
	__u32 number = nr_packets++;
	struct siftr_record *record = &waiting[nr_waiting];
	int direction = number & 1;
	enum siftr_outcome outcome = number % 7 == 3	? SIFTR_SKIPPED_STATE
				     : number % 31 == 5 ? SIFTR_LOST_RING
							: SIFTR_RECORDS;

	kernel_counters.of[direction][outcome]++;
	if (outcome != SIFTR_RECORDS)
		return;
	assert_true(nr_waiting < PACKETS_MAX);
	*record = idle_record();
	record->time_ns = clock__monotonic_ns();
	record->direction = (__u8)direction;
	record->flow = flow_of_packet(number, packets_per_flow);
	nr_waiting++;
}

void drain_packets(struct session *session, size_t leave)
{
	const struct siftr_record *records[PACKETS_MAX];
	size_t count = nr_waiting > leave ? nr_waiting - leave : 0;

	for (size_t i = 0; i < count; i++) {
		struct siftr_flow_key key = key_of_flow(waiting[i].flow);

		announce(session->flows, waiting[i].flow, &key);
		records[i] = &waiting[i];
	}
	clock__follow(&session->wall.clock, clock__sample());
	recorded_lines__log(session, records, count);
	session->records += count;
	nr_waiting -= count;
	memmove(waiting, waiting + count, nr_waiting * sizeof(waiting[0]));
	session__flush(session);
}

int begin_run(struct session *session, const struct options *options)
{
	int status;

	memset(&kernel_counters, 0, sizeof(kernel_counters));
	nr_waiting = nr_packets = 0;
	*session = (struct session){.read_counters = read_kernel_counters,
				    .next_file = start_next_file};
	if (session__choose(session, options) || session__open(session, options))
		return EXIT_OUTPUT;
	session->rows.layout.count = 0; /* reads no fields: records of fake rings have none */
	clock__follow(&session->wall.clock, clock__sample());
	session->begin_ns = clock__monotonic_ns();
	status = session__begin(session, 6001000);
	return status;
}

int end_run(struct session *session, struct accounting *accounting)
{
	int status;

	drain_packets(session, 0);
	status = session__end(session, clock__monotonic_ns());
	run_counts__read(&session->counts, accounting);
	session__close(session, &status);
	return status;
}

static void count_defect(void *context, const struct diagnostic *defect)
{
	struct findings_of_log *found = context;

	if (found->defects++ < 3)
		print_message("# line %llu: %s %s\n", defect->line, defect->name ?: "",
			      defect->what);
}

static void ignore_note(void *context, const struct diagnostic *note)
{
	(void)context;
	(void)note;
}

struct findings_of_log check_log(const char *path)
{
	struct findings_of_log found = {0};
	const struct diagnostic_sink sink = {count_defect, ignore_note, &found};
	struct validate_result result = {0};
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(validate__log(fd, 1, &sink, &result), 0);
	close(fd);
	found.lines = result.lines;
	found.runs = result.runs;
	return found;
}

__u64 count_complete_lines(const char *path, double *newest)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	__u64 lines = 0;
	ssize_t bytes;
	char last = '\n';

	assert_non_null(file);
	while ((bytes = getline(&line, &room, file)) > 0) {
		double time;

		last = line[bytes - 1];
		if (sscanf(line, "%*c,%lf,", &time) != 1 || line[1] != ',')
			continue;
		assert_true(time > *newest);
		*newest = time;
		lines++;
	}
	assert_int_equal(last, '\n');
	free(line);
	fclose(file);
	return lines;
}
