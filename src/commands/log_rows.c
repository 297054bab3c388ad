// SPDX-License-Identifier: BSD-2-Clause
#include "commands/log_rows.h"

#include <errno.h>

#include "options/options.h"
#include "report/report.h"

int log_rows__open(const struct log_rows_words *words, const char *file, int fd,
		   const struct diagnostic_sink *sink, struct row_reader **reader)
{
	int err = row_reader__open(fd, sink, reader);

	if (err == -ESPIPE)
		report_message("%s is a log of siftr2, whose last line says what its flows are: "
			       "%s a file, not a pipe",
			       file, words->imperative);
	else if (err == -ENODATA)
		report_message("%s has no complete footer, which says what its flows are: nothing "
			       "was %s",
			       file, words->past);
	else if (err && err != -EBADMSG)
		report_error(err, "read %s", file);
	if (err)
		return EXIT_OUTPUT;
	if (dialect__is_readable(row_reader__dialect(*reader)))
		return EXIT_CLEAN;
	dialect_report__error(row_reader__dialect(*reader), file, words->use);
	return EXIT_OUTPUT;
}

int log_rows__end(const struct log_rows_words *words, const char *file,
		  const struct row_reader *reader, __u64 defects)
{
	__u64 killed_line = row_reader__killed_line(reader);

	if (row_reader__is_damaged(reader))
		report_message("%s is damaged or cut short: %s as far as it can be read", file,
			       words->past);
	if (killed_line)
		report_message("%s: the run that began in line %llu has no footer: %s as "
			       "far as it goes",
			       file, killed_line, words->past);
	if (defects)
		report_message("%s: lines with defects were left out: see siftr-bpf check", file);
	return killed_line || defects || row_reader__is_damaged(reader) ? EXIT_FAILED : EXIT_CLEAN;
}
