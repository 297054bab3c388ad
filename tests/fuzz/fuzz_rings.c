// SPDX-License-Identifier: BSD-2-Clause
/*
 * libFuzzer target: any ring memory, as a faulty kernel might leave it, through to the text of the
 * log, for one ring of the kernel's kind and a mapped one. The input is a list of steps: good
 * records, entries with any header, any bytes anywhere, any producer position, passes of the drain.
 * Whatever they do, nothing outside the rings is accessed, a pass ends, and each line has the
 * syntax of a data line.
 */
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/drain.h"
#include "commands/session.h"
#include "steps.h"

#define NR_RINGS   2
#define RING_BYTES 4096UL
#define SLOTS	   (RING_BYTES / RING_ENTRY_BYTES)
#define LAP	   64UL
#define RECORDS	   (RING_BYTES / RING_ENTRY_BYTES + LAP)
#define PASSES_MAX 32
#define FLOWS	   8
#define END_NS	   (1ULL << 62) /* later than any real time */

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes);

_Static_assert(SLOTS<LAP && 2 * SLOTS> LAP, "a lap is the next power of two above the slots");

struct fuzzed_ring {
	bool is_mapped;
	unsigned long consumer_pos, producer_pos;
	char *data;
};

static struct fuzzed_ring rings[NR_RINGS];
static int text_fd;

/* Maps the ring's data twice in a row, as the kernel does, between guard pages. */
static void map_twice(struct fuzzed_ring *ring)
{
	int fd = memfd_create("ring", MFD_CLOEXEC);
	char *memory = mmap(NULL, 4 * RING_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (fd < 0 || memory == MAP_FAILED || ftruncate(fd, RING_BYTES))
		abort();
	ring->data = memory + RING_BYTES;
	for (int half = 0; half < 2; half++)
		if (mmap(ring->data + half * RING_BYTES, RING_BYTES, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
			abort();
	close(fd);
}

/* Maps the rings and makes standard output, to which each session writes, a file in memory. */
static void set_up(void)
{
	for (int i = 0; i < NR_RINGS; i++)
		map_twice(&rings[i]);
	text_fd = memfd_create("text", 0);
	if (text_fd < 0 || dup2(text_fd, STDOUT_FILENO) < 0)
		abort();
}

static char *at(struct fuzzed_ring *ring, unsigned long pos)
{
	if (ring->is_mapped)
		return ring->data + (pos & (LAP - 1)) % SLOTS * RING_ENTRY_BYTES;
	return ring->data + (pos & (RING_BYTES - 1));
}

static bool is_full(const struct fuzzed_ring *ring)
{
	if (ring->is_mapped)
		return ring->producer_pos >= ring->consumer_pos;
	return ring->producer_pos + RING_ENTRY_BYTES - ring->consumer_pos > RING_BYTES;
}

static void advance(struct fuzzed_ring *ring)
{
	ring->producer_pos += ring->is_mapped ? 1 : RING_ENTRY_BYTES;
	if (ring->is_mapped && (ring->producer_pos & (LAP - 1)) == SLOTS)
		ring->producer_pos += LAP - SLOTS;
}

/*
 * Adds a record, if there is space: as a BPF program commits it, or with a header that says that it
 * is uncommitted, discarded or of another position.
 */
static void add_record(struct fuzzed_ring *ring, struct steps *steps)
{
	struct siftr_record record;
	__u32 state = steps__byte(steps) & 3;
	__u32 header = ring->is_mapped ? (__u32)ring->producer_pos + 1 - state
				       : sizeof(record) | state << 30;

	if (is_full(ring))
		return;
	steps__bytes(steps, &record, sizeof(record));
	record.flow %= FLOWS; /* so that lines find their announcements */
	memcpy(at(ring, ring->producer_pos), &header, sizeof(header));
	memcpy(at(ring, ring->producer_pos) + BPF_RINGBUF_HDR_SZ, &record, sizeof(record));
	advance(ring);
}

static void add_anything(struct fuzzed_ring *ring, struct steps *steps)
{
	__u32 header, bytes;

	steps__bytes(steps, &header, sizeof(header));
	steps__bytes(steps, &bytes, sizeof(bytes));
	memcpy(at(ring, ring->producer_pos & ~7UL), &header, sizeof(header));
	ring->producer_pos += bytes;
}

static void run_pass(struct drain *drain, struct session *session, __u64 now_ns)
{
	const struct siftr_record *records[8];
	size_t count, total = 0;

	drain__begin(drain, now_ns);
	while ((count = drain__next(drain, records, 8))) {
		session__log(session, records, count);
		total += count;
		if (total > RECORDS)
			abort();
	}
	drain__end(drain);
	drain__is_empty(drain);
}

static void follow(struct steps *steps, struct drain *drain, struct session *session)
{
	__u64 now_ns = 0;

	for (int passes = 0; now_ns < END_NS && passes < PASSES_MAX && !steps__at_end(steps);) {
		unsigned char step = steps__byte(steps);
		struct fuzzed_ring *ring = &rings[step >> 4 & 1];

		switch (step & 7) {
		case 0:
			now_ns += (__u64)steps__byte(steps) << (step & 0x28);
			run_pass(drain, session, now_ns);
			passes++;
			break;
		case 1:
			add_anything(ring, steps);
			break;
		case 2:
			steps__bytes(steps, &ring->producer_pos, sizeof(ring->producer_pos));
			break;
		case 3:
			steps__bytes(steps, at(ring, (unsigned long)steps__byte(steps) * 16), 16);
			break;
		default:
			add_record(ring, steps);
		}
	}
	run_pass(drain, session, END_NS);
}

/* Checks that the line has 27 columns of plain characters, whatever their values. */
static void check_line(const char *line, size_t bytes)
{
	int commas = 0;

	for (size_t i = 0; i < bytes; i++) {
		commas += line[i] == ',';
		if (line[i] <= ' ' || line[i] > '~')
			abort();
	}
	if (commas != 26 || bytes >= format_siftr.line_max)
		abort();
}

static void check_text(void)
{
	off_t bytes = lseek(text_fd, 0, SEEK_END);
	char *text = malloc((size_t)bytes + 1), *end;

	if (!text || pread(text_fd, text, (size_t)bytes, 0) != bytes)
		abort();
	for (char *line = text; line < text + bytes; line = end + 1) {
		end = memchr(line, '\n', (size_t)(text + bytes - line));
		if (!end)
			abort();
		check_line(line, (size_t)(end - line));
	}
	free(text);
}

/* Opens the rings, which are empty, at positions that the input chooses. */
static void open_rings(struct steps *steps, struct ring_memory memory[NR_RINGS])
{
	unsigned long lap = steps__byte(steps), index = steps__byte(steps) % SLOTS;

	rings[0].producer_pos = rings[0].consumer_pos = (lap * SLOTS + index) * RING_ENTRY_BYTES;
	memory[0] = ring_memory__of_kernel(&rings[0].consumer_pos, &rings[0].producer_pos,
					   rings[0].data, RING_BYTES, sizeof(struct siftr_record));
	rings[1].is_mapped = true;
	rings[1].producer_pos = (lap << (lap & 24)) * LAP + index;
	rings[1].consumer_pos = rings[1].producer_pos + LAP;
	memory[1] = ring_memory__of_slots(&rings[1].consumer_pos, &rings[1].producer_pos,
					  rings[1].data, SLOTS, LAP, sizeof(struct siftr_record));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes)
{
	const struct options options = {.ppl = 1};
	struct session session = {};
	struct ring_memory memory[NR_RINGS];
	struct steps steps = {data, data + bytes};
	struct drain *drain;
	int status = 0;

	if (!text_fd)
		set_up();
	if (ftruncate(text_fd, 0) || lseek(text_fd, 0, SEEK_SET))
		abort();
	open_rings(&steps, memory);
	drain = drain__new(memory, NR_RINGS);
	if (!drain || session__choose(&session, &options) || session__open(&session, &options))
		abort();
	follow(&steps, drain, &session);
	session__close(&session, &status);
	drain__free(drain);
	check_text();
	return 0;
}
