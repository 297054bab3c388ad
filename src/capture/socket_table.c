// SPDX-License-Identifier: BSD-2-Clause
/*
 * A line has the words of an address as numbers in the order of bytes of this host, so that they
 * are in the network's order once they are in memory.
 */
#include "capture/socket_table.h"

#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/tcp.h>

#define WORDS	   4
#define LINE_BYTES 512

/* The words of an address in hexadecimal digits; their number, or 0. */
static int parse_address(const char *text, __u32 words[WORDS])
{
	int count = (int)strlen(text) / 8;

	if (strlen(text) % 8 || count > WORDS)
		return 0;
	for (int i = 0; i < count; i++)
		if (sscanf(text + 8 * i, "%8x", &words[i]) != 1)
			return 0;
	return count;
}

/* Sets `address` as keys have it, IPv4 in the first four bytes; the version of IP, or 0. */
static __u8 set_address(const char *text, __u64 address[2])
{
	__u32 words[WORDS] = {};

	switch (parse_address(text, words)) {
	case 1:
		memcpy(address, words, sizeof(words));
		return 4;
	case WORDS:
		if (words[0] || words[1] || words[2] != htonl(0xffff)) {
			memcpy(address, words, sizeof(words));
			return 6;
		}
		memcpy(address, &words[3], sizeof(words[3]));
		return 4;
	default:
		return 0;
	}
}

bool socket_table__parse(const char *line, struct siftr_flow_key *key, __u64 *inode)
{
	char local[8 * WORDS + 1], foreign[8 * WORDS + 1];
	unsigned long long number;
	unsigned int state;

	memset(key, 0, sizeof(*key));
	if (sscanf(line,
		   "%*d: %32[0-9A-F]:%4hx %32[0-9A-F]:%4hx %2x %*x:%*x %*x:%*x %*x %*u %*u %llu",
		   local, &key->lport, foreign, &key->fport, &state, &number) != 6)
		return false;
	*inode = number;
	key->family = set_address(local, key->laddr);
	return key->family && set_address(foreign, key->faddr) == key->family &&
	       state != TCP_LISTEN && number;
}

static int read_file(const char *path,
		     int (*take)(void *context, const struct siftr_flow_key *key, __u64 inode),
		     void *context)
{
	FILE *file = fopen(path, "re");
	char line[LINE_BYTES];
	int err = 0;

	while (file && !err && fgets(line, sizeof(line), file)) {
		struct siftr_flow_key key;
		__u64 inode;

		if (socket_table__parse(line, &key, &inode))
			err = take(context, &key, inode);
	}
	if (file)
		fclose(file);
	return err;
}

int socket_table__read(const char *pid,
		       int (*take)(void *context, const struct siftr_flow_key *key, __u64 inode),
		       void *context)
{
	static const char *const names[] = {"tcp", "tcp6"};
	int err = 0;

	for (int i = 0; i < 2 && !err; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/%.20s/net/%s", pid, names[i]);
		err = read_file(path, take, context);
	}
	return err;
}
