// SPDX-License-Identifier: BSD-2-Clause
#include "scratch.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

char scratch_directory[64];
char scratch_log[96];

int make_scratch(void **state)
{
	(void)state;
	strcpy(scratch_directory, "/tmp/siftr-test-XXXXXX");
	if (!mkdtemp(scratch_directory))
		return -1;
	snprintf(scratch_log, sizeof(scratch_log), "%s/log", scratch_directory);
	return 0;
}

int remove_scratch(void **state)
{
	(void)state;
	unlink(scratch_log);
	return rmdir(scratch_directory);
}

int remove_all_scratch(void **state)
{
	DIR *directory = opendir(scratch_directory);
	char path[512];

	(void)state;
	if (!directory)
		return -1;
	for (const struct dirent *entry; (entry = readdir(directory));) {
		snprintf(path, sizeof(path), "%s/%s", scratch_directory, entry->d_name);
		if (entry->d_name[0] != '.')
			remove(path);
	}
	closedir(directory);
	return rmdir(scratch_directory);
}

int enter_scratch(void **state)
{
	return make_scratch(state) || chdir(scratch_directory) ? -1 : 0;
}

int leave_scratch(void **state)
{
	return chdir("/") ? -1 : remove_all_scratch(state);
}

const char *scratch_file(const char *suffix)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s%s", scratch_log, suffix);
	return path;
}

bool scratch_exists(const char *suffix)
{
	return file_exists(scratch_file(suffix));
}

const char *scratch_rotated(int number)
{
	static char suffix[16];

	suffix[0] = '\0';
	if (number)
		snprintf(suffix, sizeof(suffix), ".%d", number);
	return scratch_exists(suffix) ? suffix : NULL;
}

void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

char *read_file(const char *path, size_t *bytes)
{
	FILE *file = fopen(path, "r");
	struct stat status;
	size_t count;
	char *text;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &status), 0);
	text = calloc(1, (size_t)status.st_size + 1);
	assert_non_null(text);
	count = fread(text, 1, (size_t)status.st_size, file);
	assert_int_equal(count, status.st_size);
	fclose(file);
	if (bytes)
		*bytes = count;
	return text;
}

__u64 count_in(const char *path, const char *word)
{
	char *text = read_file(path, NULL);
	__u64 count = 0;

	for (const char *at = text; (at = strstr(at, word)); at++)
		count++;
	free(text);
	return count;
}

void assert_file(const char *path, const char *expected)
{
	char *text = read_file(path, NULL);

	assert_string_equal(text, expected);
	free(text);
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}
