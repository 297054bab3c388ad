/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a file or a stream in bulk and offers a window of it that can be parsed in place. Memory
 * does not depend on the size of the input.
 */
#ifndef SIFTR_READ_BUFFERED_READER_H
#define SIFTR_READ_BUFFERED_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

struct decompress;

/*
 * buffered_reader__fill() provides at least that many bytes, or all that are left: more than any
 * line has, of which those of jsonl with all fields are the longest.
 */
#define READER_WINDOW_BYTES 16384

struct buffered_reader {
	int fd;
	bool ended;	    /* the end of the input has been read */
	bool is_live;	    /* `fd` does not block: the window has what has come so far */
	bool drops_returns; /* leaves out the '\r' of each "\r\n" */
	bool held_return;   /* a '\r' that ended what was read is dropped if '\n' follows */
	bool damaged;	/* the compressed input is incomplete or damaged; it was read up to there */
	__u64 read;	/* bytes put into the buffer since the start */
	const char *at; /* the next byte to parse; the caller advances it */
	char *end;	/* the end of the bytes read; 64 zeros follow */
	char *buffer;
	struct decompress *decompress; /* decompresses the input; NULL: it is read as it is */
};

/* Begins to read `fd`, which the caller closes. 0 or -ENOMEM. */
int buffered_reader__open(struct buffered_reader *reader, int fd);
/*
 * To be called before anything is read: if the input is compressed by gzip or zstd, it is
 * decompressed, and the window and offsets are those of its text. 0 or a negative errno.
 */
int buffered_reader__decompress(struct buffered_reader *reader);
/*
 * From the window on, reads each "\r\n" as '\n', and leaves out a byte order mark with which the
 * window begins. buffered_reader__offset() then counts the bytes of that text, from the window on.
 */
void buffered_reader__drop_returns(struct buffered_reader *reader);
/* Frees the buffer, but does not close the descriptor. */
void buffered_reader__close(struct buffered_reader *reader);

/*
 * Reads until the window has READER_WINDOW_BYTES or the input ends, or, of a live input, as long as
 * there is something to read. 0 or a negative errno.
 */
int buffered_reader__fill_window(struct buffered_reader *reader);

static inline size_t buffered_reader__available(const struct buffered_reader *reader)
{
	return (size_t)(reader->end - reader->at);
}

/* Offset of `at` in the input, or in its text if it is compressed. */
static inline __u64 buffered_reader__offset(const struct buffered_reader *reader)
{
	return reader->read - buffered_reader__available(reader);
}

/* Whether the window is not full yet. */
static inline bool buffered_reader__has_room(const struct buffered_reader *reader)
{
	return buffered_reader__available(reader) < READER_WINDOW_BYTES;
}

/* Like buffered_reader__fill_window(), which it calls only if there is something to read. */
static inline int buffered_reader__fill(struct buffered_reader *reader)
{
	if (!buffered_reader__has_room(reader) || reader->ended)
		return 0;
	return buffered_reader__fill_window(reader);
}

#endif
