// SPDX-License-Identifier: BSD-2-Clause
/*
 * libFuzzer target: any bytes from a client of the control socket. The first byte says in pieces of
 * how many bytes the rest comes. Each line has one answer, and the words of a line can be written
 * and read again. What `set` takes for a filter means the same when it is read as `get` shows it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "commands/control_keys.h"
#include "control/client.h"
#include "control/words.h"
#include "filter/filter.h"
#include "options/option_table.h"
#include "options/option_value.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes);

static struct client client;

static void must(int holds)
{
	if (!holds)
		abort();
}

static void check_word(const char *word)
{
	char quoted[2 * CLIENT_LINE_MAX];
	struct words again;

	must(strlen(word) < CLIENT_LINE_MAX);
	must(words__quote(word, quoted, sizeof(quoted)) > 0);
	must(!words__split(quoted, &again) && again.count == 1 && !strcmp(again.of[0], word));
}

/* Whether the option takes the text, as `set` does. */
static int parse_filter(const struct control_key *key, const char *text, struct options *options)
{
	return !option_value__parse(option_table__find(key->name), key->name, text, options);
}

/* `get` shows other bytes as escapes. */
static int is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~' || *text == '\\')
			return 0;
	return 1;
}

static void check_filter(const struct control_key *key, const char *text)
{
	static struct options options, again;
	const struct run_control control = {.options = &options};
	char *shown;

	memset(&options, 0, sizeof(options));
	memset(&again, 0, sizeof(again));
	if (!parse_filter(key, text, &options))
		return;
	shown = control_keys__value(&control, key);
	must(shown && !strchr(shown, '\n'));
	if (is_printable(text)) {
		must(parse_filter(key, shown, &again));
		must(!memcmp(options.filter.rules, again.filter.rules,
			     sizeof(options.filter.rules)));
	}
	filter__forget(&options.filter, key->filter);
	must(!options.filter.count && !filter__used(&options.filter));
	free(shown);
}

/* The words of a request `set` but for values that are words of their own. */
static void check_set(const struct words *words)
{
	for (size_t i = 1; i < words->count; i++) {
		char *equals = strchr(words->of[i], '=');
		const struct control_key *key;

		if (!equals)
			continue;
		*equals = '\0';
		key = control_keys__find(words->of[i]);
		if (key && key->change == CHANGE_FILTER)
			check_filter(key, equals + 1);
		*equals = '=';
	}
}

/* Answers a line with its words, or with an error. */
static void answer(char *line)
{
	struct words words;

	must(!strchr(line, '\n') && strlen(line) < CLIENT_LINE_MAX);
	if (words__split(line, &words)) {
		client__error(&client, "no words: %s", line);
		return;
	}
	must(words.count <= WORDS_MAX);
	for (size_t i = 0; i < words.count; i++) {
		check_word(words.of[i]);
		client__print(&client, "%s\n", words.of[i]);
	}
	if (words.count && !strcmp(words.of[0], "set"))
		check_set(&words);
	client__ok(&client);
}

/* Reads all that the client was sent. */
static void drain(int fd)
{
	char text[4096];

	while (recv(fd, text, sizeof(text), MSG_DONTWAIT) > 0)
		;
}

static void serve(int fd)
{
	static char line[CLIENT_LINE_MAX];

	for (;;) {
		client__flush(&client, 0);
		drain(fd);
		if (!client__take_line(&client, line))
			break;
		answer(line);
		must(client.out_end > client.out_begin && client.out_end <= CLIENT_OUT_MAX);
		must(client.out[client.out_end - 1] == '\n');
	}
	client__flush(&client, 0);
	must(client.nr_in <= CLIENT_LINE_MAX);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes)
{
	size_t piece = bytes ? (size_t)*data * 64 + 1 : 1;
	int fds[2];

	must(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds));
	memset(&client, 0, offsetof(struct client, in));
	client.fd = fds[0];
	for (size_t at = 1; at < bytes && !client.failed; at += piece) {
		size_t now = bytes - at < piece ? bytes - at : piece;

		must(send(fds[1], data + at, now, MSG_NOSIGNAL) == (ssize_t)now);
		client__read(&client);
		serve(fds[1]);
		drain(fds[1]);
	}
	shutdown(fds[1], SHUT_WR);
	for (int i = 0; i < 1000 && !client.failed; i++) {
		client__read(&client);
		serve(fds[1]);
		drain(fds[1]);
	}
	must(client.failed);
	close(fds[0]);
	close(fds[1]);
	return 0;
}
