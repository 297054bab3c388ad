// SPDX-License-Identifier: BSD-2-Clause
/*
 * libFuzzer target: any ring memory, as a faulty kernel might leave it, through to the text of the
 * log. The input is a list of steps: good records, entries of any length, any bytes anywhere, any
 * producer position, passes of the drain. Whatever they do, nothing outside the rings is accessed,
 * a pass ends, and each line has the syntax of a data line.
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
#define ENTRY	   (BPF_RINGBUF_HDR_SZ + sizeof(struct siftr_record))
#define RECORDS	   (NR_RINGS * (RING_BYTES / ENTRY))
#define PASSES_MAX 32
#define END_NS	   (1ULL << 62) /* later than any real time */

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes);

struct fuzzed_ring {
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

/* Opens the session on standard output, which is a file in memory here. */
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
	return ring->data + (pos & (RING_BYTES - 1));
}

/* Adds a record as a BPF program would, if there is space. */
static void add_record(struct fuzzed_ring *ring, struct steps *steps)
{
	struct siftr_record record;
	__u32 length = sizeof(record) | (__u32)(steps__byte(steps) & 3) << 30;

	if (ring->producer_pos + ENTRY - ring->consumer_pos > RING_BYTES)
		return;
	steps__bytes(steps, &record, sizeof(record));
	memcpy(at(ring, ring->producer_pos), &length, sizeof(length));
	memcpy(at(ring, ring->producer_pos) + BPF_RINGBUF_HDR_SZ, &record, sizeof(record));
	ring->producer_pos += ENTRY;
}

static void add_anything(struct fuzzed_ring *ring, struct steps *steps)
{
	__u32 length, advance;

	steps__bytes(steps, &length, sizeof(length));
	steps__bytes(steps, &advance, sizeof(advance));
	memcpy(at(ring, ring->producer_pos & ~7UL), &length, sizeof(length));
	ring->producer_pos += advance;
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
	for (int i = 0; i < NR_RINGS; i++) {
		unsigned long start = (unsigned long)steps__byte(&steps) * 8;

		rings[i].consumer_pos = rings[i].producer_pos = start;
		memory[i] = (struct ring_memory){&rings[i].consumer_pos, &rings[i].producer_pos,
						 rings[i].data, RING_BYTES};
	}
	drain = drain__new(memory, NR_RINGS);
	if (!drain || session__open(&session, &options))
		abort();
	follow(&steps, drain, &session);
	session__close(&session, &status);
	drain__free(drain);
	check_text();
	return 0;
}
