// SPDX-License-Identifier: BSD-2-Clause
#include "findings.h"

#include <unistd.h>

struct findings findings;

static void keep_finding(const struct diagnostic *defect, const char *kind)
{
	char entry[32] = "", position[96] = "";
	size_t room = sizeof(findings.text) - findings.bytes;
	int bytes;

	if (defect->entry)
		snprintf(entry, sizeof(entry), " entry %llu", defect->entry);
	if (defect->unit)
		snprintf(position, sizeof(position), "%s %u (%s)%s: ", defect->unit, defect->number,
			 defect->name, entry);
	bytes = snprintf(findings.text + findings.bytes, room, "%llu: %s%s%s '%.*s' expected %s\n",
			 defect->line, kind, position, defect->what, (int)defect->got_bytes,
			 defect->got ? defect->got : "", defect->expected ? defect->expected : "-");
	if ((size_t)bytes < room)
		findings.bytes += (size_t)bytes;
}

static void keep_defect(void *context, const struct diagnostic *defect)
{
	(void)context;
	findings.defects++;
	keep_finding(defect, "");
}

static void keep_note(void *context, const struct diagnostic *note)
{
	(void)context;
	findings.notes++;
	keep_finding(note, "note: ");
}

void judge_bytes(const char *text, size_t bytes, __u32 ppl)
{
	const struct diagnostic_sink sink = {keep_defect, keep_note, NULL};
	FILE *file = tmpfile();

	memset(&findings, 0, sizeof(findings));
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, bytes, file), bytes);
	assert_int_equal(fflush(file), 0);
	assert_int_equal(lseek(fileno(file), 0, SEEK_SET), 0);
	assert_int_equal(validate__log(fileno(file), ppl, &sink, &findings.result), 0);
	fclose(file);
}

void judge(const char *text, __u32 ppl)
{
	judge_bytes(text, strlen(text), ppl);
}

void judge_edited(const char *from, const char *to, __u32 ppl)
{
	char *text = edited(LOG, from, to);

	judge(text, ppl);
	free(text);
}

void assert_good(void)
{
	if (findings.defects)
		fail_msg("a good log was refused:\n%s", findings.text);
}

void assert_found(const char *expected)
{
	if (strcmp(findings.text, expected) != 0)
		fail_msg("expected:\n%sfound:\n%s", expected, findings.text);
}

char *edited(const char *text, const char *from, const char *to)
{
	const char *position = strstr(text, from);
	size_t before = position ? (size_t)(position - text) : 0;
	char *out = malloc(strlen(text) + strlen(to) + 1);

	if (!position)
		fail_msg("the log has no '%s'", from);
	assert_non_null(out);
	memcpy(out, text, before);
	strcpy(out + before, to);
	strcat(out, position + strlen(from));
	return out;
}
