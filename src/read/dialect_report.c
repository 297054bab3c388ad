// SPDX-License-Identifier: BSD-2-Clause
/*
 * Has, for each kind of file, a predicate such as "is compressed (gzip)" and the command that
 * converts it, if one exists.
 */
#include "read/dialect_report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "read/line_kind.h"
#include "report/report.h"
#include "report/text.h"

/*
 * Texts for a kind of file. %s in `is` stands for the version of SIFTR, in the commands for the
 * file.
 */
struct kind_texts {
	const char *is;
	const char *to_check;  /* command that converts it for a pipe to check, or NULL */
	const char *to_repair; /* command that converts the file, or NULL */
};

static const struct kind_texts texts[] = {
	[DIALECT_EMPTY] = {.is = "is empty"},
	[DIALECT_SIFTR] = {.is = "is a SIFTR 1.3.0 log"},
	[DIALECT_TRUNCATED_HEADER] = {.is = "ends within its first line, a header"},
	[DIALECT_DAMAGED] = {.is = "begins with a line that is not a valid SIFTR 1.3.0 header"},
	[DIALECT_DATA_BEFORE_HEADER] =
		{.is = "has data lines before its header, as FreeBSD's SIFTR may "
		       "write them when it is switched on"},
	[DIALECT_NO_HEADER] = {.is = "begins with data lines or a footer, without a header"},
	[DIALECT_GZIP] = {"is compressed (gzip)", "zcat %s", "gunzip %s"},
	[DIALECT_ZSTD] = {"is compressed (zstd)", "zstdcat %s", "zstdcat %s >LOG"},
	[DIALECT_XZ] = {"is compressed (xz)", "xzcat %s", "unxz %s"},
	[DIALECT_BZIP2] = {"is compressed (bzip2)", "bzcat %s", "bunzip2 %s"},
	[DIALECT_LZ4] = {"is compressed (lz4)", "lz4cat %s", "unlz4 %s"},
	[DIALECT_CR_LF] = {"has CR LF line ends, as Windows programs write them", "tr -d '\\r' <%s",
			   "sed -i 's/\\r$//' %s"},
	[DIALECT_BYTE_ORDER_MARK] = {"begins with a byte order mark, as Windows programs write it",
				     "tail -c +4 %s | tr -d '\\r'",
				     "sed -i 's/^\\xef\\xbb\\xbf//; s/\\r$//' %s"},
	[DIALECT_UTF_16] = {"is UTF-16 text, as PowerShell writes it",
			    "iconv -f UTF-16 -t UTF-8 %s | tr -d '\\r'", NULL},
	[DIALECT_SPACES] = {"has blanks where a SIFTR log has TABs", "tr -s ' ' '\\t' <%s",
			    "sed -i 's/  */\\t/g' %s"},
	[DIALECT_SIFTR_1_2] = {.is = "is a log of SIFTR %s (FreeBSD 13 and before, other columns)"},
	[DIALECT_SIFTR_2] = {.is = "is a log of siftr2 (version %s, text)"},
	[DIALECT_SIFTR_2_BINARY] = {.is = "is a log of siftr2 (version %s, binary)"},
	[DIALECT_FORK_30] =
		{.is = "is a log of a SIFTR fork that calls itself 1.3.0 and has 30 columns"},
	[DIALECT_OTHER_VERSION] = {.is = "is a log of SIFTR %s, which siftr-bpf does not know"},
	[DIALECT_CSV] = {.is = "is a table (csv)"},
	[DIALECT_JSONL] = {.is = "is a table (jsonl)"},
	[DIALECT_TABLE] = {.is = "is a table without the column"},
	[DIALECT_TTPROBE] = {.is = "is a log of ttprobe"},
	[DIALECT_TCP_PROBE] = {.is = "is a log of tcp_probe"},
	[DIALECT_PCAP] = {.is = "is a pcap file, which holds packets"},
	[DIALECT_ZEROS] =
		{.is = "begins with zeros, as a file that a power failure kept from the disk"},
	[DIALECT_CHECKPOINT] = {.is = "is a checkpoint, which siftr-bpf keeps next to a log"},
	[DIALECT_UNKNOWN] = {.is = "is not a SIFTR log, as it does not begin with a header"},
};

static const char *const endings[] = {
	[DIALECT_TO_CHECK] = "and 1.2.4 and of siftr2 2.5 are checked",
	[DIALECT_TO_CONVERT] = "and 1.2.4, of siftr2 2.5, ttprobe and tcp_probe, and csv and "
			       "jsonl are converted",
	[DIALECT_TO_ANALYSE] = "and 1.2.4, of siftr2 2.5, ttprobe and tcp_probe, and csv and "
			       "jsonl are read",
	[DIALECT_TO_PLOT] = "and 1.2.4, of siftr2 2.5, ttprobe and tcp_probe, and csv and "
			    "jsonl are plotted",
	[DIALECT_TO_REPAIR] = "are repaired",
};

/* The commands that read a log from a pipe. */
static const char *const pipe_readers[] = {
	[DIALECT_TO_CHECK] = "check",
	[DIALECT_TO_CONVERT] = "convert --to FORMAT",
	[DIALECT_TO_ANALYSE] = "flows",
	[DIALECT_TO_PLOT] = "plot",
};

/* Appends "s laddr, lport and faddr": the columns that a table lacks. */
static void add_lacking(unsigned int lacks, char *end)
{
	const char *before = lacks & (lacks - 1) ? "s " : " ";

	for (unsigned int i = 0; lacks; i++) {
		if (!(lacks & 1U << i))
			continue;
		lacks &= ~(1U << i);
		end = stpcpy(stpcpy(end, before), line_kind_required[i]);
		before = lacks & (lacks - 1) ? ", " : " and ";
	}
}

const char *dialect_report__describe(const struct dialect *dialect, char text[DIALECT_IS_BYTES])
{
	const char *is = texts[dialect->kind].is, *conversion = strstr(is, "%s");
	const char *version = *dialect->version ? dialect->version : "1.2";

	if (conversion)
		snprintf(text, DIALECT_IS_BYTES, "%.*s%s%s", (int)(conversion - is), is, version,
			 conversion + 2);
	else
		snprintf(text, DIALECT_IS_BYTES, "%s", is);
	if (dialect->kind == DIALECT_TABLE)
		add_lacking(dialect->lacks, text + strlen(text));
	return text;
}

static bool is_usable(const struct dialect *dialect, enum dialect_use use)
{
	switch (use) {
	case DIALECT_TO_CHECK:
		return dialect__is_checkable(dialect);
	case DIALECT_TO_CONVERT:
	case DIALECT_TO_ANALYSE:
	case DIALECT_TO_PLOT:
		return dialect__is_readable(dialect);
	case DIALECT_TO_REPAIR:
		return dialect__is_supported(dialect);
	case DIALECT_TO_APPEND:
		break;
	}
	return false;
}

/* The command that makes the file usable; NULL if there is none. */
static const char *command_for(enum dialect_kind kind, enum dialect_use use)
{
	return use == DIALECT_TO_REPAIR ? texts[kind].to_repair : texts[kind].to_check;
}

/* Reports a file with CR LF line ends that is of no use without them either. */
static void report_cr_lf(const struct dialect *dialect, const char *file, enum dialect_use use)
{
	char is[DIALECT_IS_BYTES];

	report_message("%s %s, with CR LF line ends: only logs of SIFTR 1.3.0 %s", file,
		       dialect_report__describe(dialect, is), endings[use]);
}

void dialect_report__error(const struct dialect *dialect, const char *file, enum dialect_use use)
{
	const struct dialect without_returns = dialect__without_returns(dialect);
	const char *command = command_for(dialect->kind, use);
	const char *argument = command ? strstr(command, "%s") : NULL,
		   *name = text__shell_word(file);
	char is[DIALECT_IS_BYTES];

	dialect_report__describe(dialect, is);
	if (use == DIALECT_TO_APPEND)
		report_message("cannot open %s for the log: it %s; name another file, or move it "
			       "away",
			       file, is);
	else if (dialect->kind == DIALECT_CR_LF && !is_usable(&without_returns, use))
		report_cr_lf(&without_returns, file, use);
	else if (!argument)
		report_message("%s %s: only logs of SIFTR 1.3.0 %s", file, is, endings[use]);
	else if (use != DIALECT_TO_REPAIR)
		report_message("%s %s: use %.*s%s%s | siftr-bpf %s -", file, is,
			       (int)(argument - command), command, name, argument + 2,
			       pipe_readers[use]);
	else
		report_message("%s %s: first use %.*s%s%s", file, is, (int)(argument - command),
			       command, name, argument + 2);
}

int dialect_report__require(const char *text, size_t bytes, const char *path, const char *version)
{
	struct dialect dialect = dialect__of(text, bytes);

	if (dialect.kind == DIALECT_EMPTY || dialect.kind == DIALECT_TRUNCATED_HEADER)
		return 0;
	if ((dialect.kind == DIALECT_SIFTR || dialect.kind == DIALECT_SIFTR_1_2) &&
	    !strcmp(dialect.version, version))
		return 0;
	dialect_report__error(&dialect, path, DIALECT_TO_APPEND);
	return -EBADMSG;
}
