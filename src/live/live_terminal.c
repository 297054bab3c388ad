// SPDX-License-Identifier: BSD-2-Clause
#include "live/live_terminal.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/flow_end.h"
#include "live/live_keys.h"
#include "live/live_page.h"
#include "live/screen.h"
#include "report/report.h"

#define NOTE_BYTES 160

struct live_terminal {
	struct live_model *model;
	const struct live_settings *settings;
	struct screen *screen;
	struct live_keys keys;
	struct live_snapshot snapshot;
	struct live_page page;
	__u32 selected; /* number of the connection that was selected, or 0: whatever is first */
	__u32 shown;	/* number of that whose page is shown */
	FILE *messages; /* those that came while the terminal was taken */
	char *messages_text;
	size_t messages_bytes;
	char note[NOTE_BYTES];
};

struct live_terminal *live_terminal__open(struct live_model *model,
					  const struct live_settings *settings)
{
	struct live_terminal *terminal = calloc(1, sizeof(*terminal));
	const char *why = "there is no memory for it";

	if (terminal)
		terminal->screen = screen__open(&why);
	if (!terminal || !terminal->screen) {
		report_notice("this terminal cannot be drawn on: %s; snapshots are printed", why);
		free(terminal);
		return NULL;
	}
	terminal->model = model;
	terminal->settings = settings;
	terminal->keys.sort = settings->sort;
	terminal->messages = open_memstream(&terminal->messages_text, &terminal->messages_bytes);
	if (terminal->messages)
		report_redirect(terminal->messages);
	return terminal;
}

void live_terminal__close(struct live_terminal *terminal)
{
	if (!terminal)
		return;
	screen__close(terminal->screen);
	report_redirect(NULL);
	if (terminal->messages && !fclose(terminal->messages))
		fputs(terminal->messages_text, report_stream());
	free(terminal->messages_text);
	free(terminal);
}

/* Whether addresses or process of the connection have the text of the filter. */
static bool takes(void *context, const struct live_flow *flow)
{
	const struct siftr_flow_key *key = &flow->flow.key;
	const char *filter = context;
	char end[FLOW_END_BYTES];

	return strstr(flow->flow.comm, filter) ||
	       strstr(flow_end__text(key, key->laddr, key->lport, end), filter) ||
	       strstr(flow_end__text(key, key->faddr, key->fport, end), filter);
}

static struct live_extent extent_of(const struct live_terminal *terminal)
{
	const struct live_snapshot *snapshot = &terminal->snapshot;
	struct live_extent extent = {snapshot->chosen, screen__lines(terminal->screen),
				     screen__pages(terminal->screen)};

	/* A paused view has no other connections than those that it shows. */
	if (terminal->keys.paused)
		extent.chosen = terminal->keys.first + snapshot->count;
	return extent;
}

static void take_snapshot(struct live_terminal *terminal)
{
	struct live_keys *keys = &terminal->keys;
	const struct live_choice choice = {.sort = keys->sort,
					   .reverse = keys->reverse,
					   .first = keys->first,
					   .count = screen__lines(terminal->screen),
					   .takes = *keys->filter ? takes : NULL,
					   .context = keys->filter};

	live_model__snapshot(terminal->model, &choice, &terminal->snapshot);
}

/* The line that is selected; NULL if there is none. */
static const struct live_line *selected_line(const struct live_terminal *terminal)
{
	size_t line = terminal->keys.selected - terminal->keys.first;

	return line < terminal->snapshot.count ? &terminal->snapshot.lines[line] : NULL;
}

/* A connection that was selected stays so when others come before it, while it is on the screen. */
static void follow_selected(struct live_terminal *terminal)
{
	const struct live_snapshot *snapshot = &terminal->snapshot;

	for (size_t i = 0; terminal->selected && i < snapshot->count; i++)
		if (snapshot->lines[i].number == terminal->selected)
			terminal->keys.selected = terminal->keys.first + i;
}

static void draw(struct live_terminal *terminal)
{
	if (terminal->keys.help)
		screen__show_help(terminal->screen);
	else if (terminal->keys.page)
		screen__show_page(terminal->screen, &terminal->page, terminal->note);
	else
		screen__show_list(terminal->screen, &terminal->snapshot, &terminal->keys,
				  terminal->note);
}

/* The last message, without its end of line, is what the last line of the screen shows. */
static void note_message(struct live_terminal *terminal)
{
	const char *end, *begin;

	if (!terminal->messages || fflush(terminal->messages) || !terminal->messages_bytes)
		return;
	end = terminal->messages_text + terminal->messages_bytes - 1;
	for (begin = end; begin > terminal->messages_text && begin[-1] != '\n'; begin--)
		;
	snprintf(terminal->note, sizeof(terminal->note), "%.*s", (int)(end - begin), begin);
}

void live_terminal__show(struct live_terminal *terminal)
{
	struct live_extent extent;

	if (!terminal->keys.paused) {
		take_snapshot(terminal);
		follow_selected(terminal);
		extent = extent_of(terminal);
		live_keys__fit(&terminal->keys, &extent);
		if (terminal->keys.page &&
		    !live_page__fill(&terminal->page, terminal->model, terminal->shown))
			terminal->keys.page = false;
	}
	note_message(terminal);
	draw(terminal);
}

/* Appends the history of the selected connection to the file that was given for it. */
static void write_history(struct live_terminal *terminal)
{
	const struct live_settings *settings = terminal->settings;
	const struct live_line *line = selected_line(terminal);
	__u32 number = terminal->keys.page ? terminal->shown : line ? line->number : 0;
	FILE *file = settings->histories;
	struct stat status;

	terminal->keys.write = false;
	if (!file) {
		snprintf(terminal->note, sizeof(terminal->note),
			 "To write histories, start top with -o FILE.csv");
		return;
	}
	if (!live_page__fill(&terminal->page, terminal->model, number))
		return;
	live_page__write(&terminal->page, file, ftello(file) == 0);
	if (fflush(file) || ferror(file))
		snprintf(terminal->note, sizeof(terminal->note), "Cannot write %s: %s",
			 settings->histories_name, strerror(errno));
	else if (!fstat(fileno(file), &status) && !status.st_nlink)
		snprintf(terminal->note, sizeof(terminal->note), "Cannot write %s: it was deleted",
			 settings->histories_name);
	else
		snprintf(terminal->note, sizeof(terminal->note), "%u samples are in %s now",
			 terminal->page.nr_samples, settings->histories_name);
}

static void press(struct live_terminal *terminal, int key)
{
	struct live_extent extent = extent_of(terminal);
	struct live_keys before = terminal->keys;
	const struct live_line *line = selected_line(terminal);

	terminal->note[0] = '\0';
	live_keys__press(&terminal->keys, key, &extent);
	if (terminal->keys.page && !before.page && line) {
		terminal->shown = line->number;
		terminal->keys.page =
			live_page__fill(&terminal->page, terminal->model, terminal->shown);
	}
	if (terminal->keys.write)
		write_history(terminal);
	if (!terminal->keys.paused)
		take_snapshot(terminal);
	line = selected_line(terminal);
	if (terminal->keys.selected != before.selected)
		terminal->selected = terminal->keys.selected && line ? line->number : 0;
}

bool live_terminal__take_keys(struct live_terminal *terminal)
{
	bool pressed = false;
	int key;

	while (!terminal->keys.quit && (key = screen__key(terminal->screen)) >= 0) {
		press(terminal, key);
		pressed = true;
	}
	if (pressed)
		draw(terminal);
	return !terminal->keys.quit;
}

bool live_terminal__wait(struct live_terminal *terminal, __u64 us)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

	(void)terminal;
	return poll(&input, 1, (int)(us / 1000)) >= 0 || errno != EINTR;
}
