// SPDX-License-Identifier: BSD-2-Clause
#include "full_disk_run.h"

#include <dirent.h>
#include <sys/resource.h>

#include <siftr/time_units.h>

static char messages[128]; /* the file to which stderr goes */

int begin_messages(void **state)
{
	int err = make_scratch(state);

	memset(&disk, 0, sizeof(disk));
	snprintf(messages, sizeof(messages), "%s/messages", scratch_directory);
	assert_non_null(freopen(messages, "w", stderr));
	return err;
}

int end_messages(void **state)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	setrlimit(RLIMIT_FSIZE, &limit);
	assert_non_null(freopen("/dev/null", "w", stderr));
	return remove_all_scratch(state);
}

int times_reported(const char *text)
{
	FILE *file = fopen(messages, "r");
	char line[1024];
	int times = 0;

	fflush(stderr);
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		times += strstr(line, text) != NULL;
	fclose(file);
	return times;
}

__u64 lost_lines_of(const struct accounting *accounting)
{
	return accounting->lost_output[SIFTR_IN] + accounting->lost_output[SIFTR_OUT];
}

bool has_checkpoint(void)
{
	DIR *directory = opendir(scratch_directory);
	bool found = false;

	assert_non_null(directory);
	for (struct dirent *entry; (entry = readdir(directory));)
		found |= strstr(entry->d_name, CHECKPOINT_SUFFIX) != NULL;
	closedir(directory);
	return found;
}

int time_to_resume(struct session *session)
{
	__u64 begin_ns = fake_ns;

	while (session->output.error && fake_ns < begin_ns + 2000 * NSEC_PER_MSEC) {
		fake_ns = session__retry_ns(session);
		session__flush(session);
	}
	return (int)((fake_ns - begin_ns) / NSEC_PER_MSEC);
}
