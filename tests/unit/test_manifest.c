// SPDX-License-Identifier: BSD-2-Clause
/*
 * The manifest of a run: the facts of this host, that two manifests are compared fact by fact, and
 * that its file is none of another option.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <jansson.h>

#include "../lib/command_line.h"
#include "../lib/scratch.h"

#include "commands/output_paths.h"
#include "manifest/manifest.h"
#include "manifest/manifest_facts.h"

/* Two rows of one connection. */
#define TABLE                                                           \
	"time,direction,laddr,lport,faddr,fport,snd_cwnd,srtt,flowid\n" \
	"1700000000.000000,i,10.0.0.1,443,10.0.0.2,50001,20,50,7\n"     \
	"1700000001.000000,i,10.0.0.1,443,10.0.0.2,50001,20,50,7\n"
#define MANIFEST_A                                                                         \
	"{\"siftr_bpf\":\"1\",\"begin\":\"1\",\"end\":\"2\",\"accounting\":{\"flows\":1}," \
	"\"command_line\":[\"siftr-bpf\",\"-o\",\"a\"],\"kernel\":{\"release\":\"6.1\","   \
	"\"machine\":\"x86_64\"},\"namespaces\":{\"own\":{\"sysctls\":{\"tcp_sack\":\"1\"}}}}"
#define MANIFEST_B                                                                            \
	"{\"siftr_bpf\":\"1\",\"begin\":\"5\",\"end\":null,\"accounting\":null,"              \
	"\"command_line\":[\"siftr-bpf\",\"-o\",\"b\"],\"kernel\":{\"release\":\"6.12\","     \
	"\"machine\":\"x86_64\"},\"namespaces\":{\"own\":{\"sysctls\":{\"tcp_sack\":\"1\"}}," \
	"\"b\":null}}"

static json_t *parsed(const struct manifest *manifest)
{
	char *text = manifest__text(manifest);
	json_t *facts = text ? json_loads(text, 0, NULL) : NULL;

	assert_non_null(facts);
	free(text);
	return facts;
}

/* The text of a file of /proc, whose size is 0 to stat(2). */
static const char *proc_text(const char *path)
{
	static char text[65536];
	FILE *stream = fopen(path, "r");

	assert_non_null(stream);
	text[fread(text, 1, sizeof(text) - 1, stream)] = '\0';
	fclose(stream);
	return text;
}

/* The value at a path of member names, which end with NULL. */
static json_t *at(json_t *facts, const char *const path[])
{
	for (; *path; path++)
		facts = json_object_get(facts, *path);
	return facts;
}

static void the_facts_are_those_of_this_host(void **state)
{
	static const char *const rmem[] = {"namespaces", "own", "sysctls", "net.ipv4.tcp_rmem",
					   NULL},
				 *const key[] = {"namespaces", "own", "sysctls",
						 "net.ipv4.tcp_fastopen_key", NULL},
				 *const release[] = {"kernel", "release", NULL};
	struct manifest *manifest;
	struct utsname host;
	char expected[128];
	json_t *facts;

	(void)state;
	write_file("siftr.conf", "port = 80\nppl = 10\n");
	manifest = manifest__collect("siftr.conf");
	assert_non_null(manifest);
	facts = parsed(manifest);
	uname(&host);
	assert_string_equal(json_string_value(at(facts, release)), host.release);
	assert_string_equal(json_string_value(json_object_get(facts, "host")), host.nodename);
	assert_string_equal(json_string_value(json_object_get(facts, "configuration")),
			    "port = 80\nppl = 10");
	assert_true(json_array_size(json_object_get(facts, "command_line")) >= 1);
	snprintf(expected, sizeof(expected), "%s\n", json_string_value(at(facts, rmem)));
	assert_string_equal(expected, proc_text("/proc/sys/net/ipv4/tcp_rmem"));
	assert_null(at(facts, key)); /* a secret */
	json_decref(facts);
	manifest__free(manifest);
}

static void the_devices_are_those_of_proc(void **state)
{
	static const char *const path[] = {"namespaces", "own", "interfaces", NULL};
	struct manifest *manifest = manifest__collect(NULL);
	const char *listed = proc_text("/proc/net/dev");
	char name[32];
	json_t *facts, *device;
	const char *key;
	size_t lines = 0;

	(void)state;
	assert_non_null(manifest);
	facts = parsed(manifest);
	json_object_foreach(at(facts, path), key, device)
	{
		snprintf(name, sizeof(name), "%s:", key);
		assert_non_null(strstr(listed, name));
		assert_true(json_is_integer(json_object_get(device, "mtu")));
		assert_true(json_is_array(json_object_get(device, "qdiscs")));
	}
	for (const char *end = listed; (end = strchr(end, '\n')); end++)
		lines++;
	assert_int_equal(json_object_size(at(facts, path)), lines - 2);
	json_decref(facts);
	manifest__free(manifest);
}

static void the_end_is_added(void **state)
{
	struct manifest *manifest = manifest__collect(NULL);
	json_t *before, *after;

	(void)state;
	assert_non_null(manifest);
	before = parsed(manifest);
	assert_true(json_is_null(json_object_get(before, "end")));
	assert_true(json_is_null(json_object_get(before, "accounting")));
	manifest__end(manifest, "{\"flows\": 7}");
	after = parsed(manifest);
	assert_true(json_is_string(json_object_get(after, "end")));
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(after, "accounting"), "flows")),
		7);
	json_decref(before);
	json_decref(after);
	manifest__free(manifest);
}

static int enter(void **state)
{
	int err = enter_scratch(state);

	write_file("a.csv", TABLE);
	write_file("a.json", MANIFEST_A);
	write_file("b.json", MANIFEST_B);
	return err;
}

static void diff_shows_the_facts_that_differ(void **state)
{
	(void)state;
	assert_int_equal(run_command("diff --a-manifest a.json --b-manifest b.json a.csv a.csv"),
			 0);
	assert_non_null(strstr(captured_stdout, "Facts of the manifests that differ:\n"
						"  command_line.2\n"
						"    A: a\n"
						"    B: b\n"
						"  kernel.release\n"
						"    A: 6.1\n"
						"    B: 6.12\n"
						"  namespaces.b\n"
						"    A: not there\n"
						"    B: null\n"));
	assert_int_equal(
		run_command("diff --json --a-manifest a.json --b-manifest b.json a.csv a.csv"), 0);
	assert_non_null(strstr(captured_stdout,
			       ",\n{\"fact\":\"kernel.release\",\"a\":\"6.1\",\"b\":\"6.12\"},\n"));
	assert_int_equal(run_command("diff --a-manifest a.json --b-manifest a.json a.csv a.csv"),
			 0);
	assert_non_null(strstr(captured_stdout, "The manifests agree.\n"));
}

static void what_is_no_manifest_is_refused(void **state)
{
	(void)state;
	assert_int_equal(run_command("diff --a-manifest a.json --b-manifest a.csv a.csv a.csv"), 4);
	assert_non_null(strstr(captured_stderr, "a.csv is no manifest"));
	assert_int_equal(run_command("diff --a-manifest a.json --b-manifest no a.csv a.csv"), 4);
	assert_non_null(strstr(captured_stderr, "cannot open the manifest no: No such file"));
	assert_int_equal(run_command("diff --a-manifest a.json a.csv a.csv"), 2);
	assert_int_equal(run_command("diff --b-manifest a.json a.csv a.csv"), 2);
}

static int find(const char *output, const char *stats, const char *manifest)
{
	const struct options options = {
		.output = output, .stats = stats, .manifest = manifest, .rotate = 3};
	struct output_paths paths = {};
	int err;

	capture_begin();
	err = output_paths__find(&paths, &options);
	capture_end();
	output_paths__close(&paths);
	return err;
}

static void its_file_is_no_other_options(void **state)
{
	(void)state;
	assert_int_equal(find("log", "stats", "manifest"), 0);
	assert_int_equal(find("log", "stats", "log"), -EEXIST);
	assert_non_null(strstr(captured_stderr, "--output log and --manifest log are the same"));
	assert_int_equal(find("log", "stats", "log.3"), -EEXIST);
	assert_int_equal(find("log", "stats", "log.4"), 0);
	assert_int_equal(find("log", "same", "same"), -EEXIST);
	assert_non_null(strstr(captured_stderr, "--stats and --manifest are the same file, same"));
	assert_int_equal(find("log", "a.json", "./a.json"), -EEXIST);
	assert_int_equal(find(NULL, NULL, "manifest"), 0);
}

static void what_is_no_file_of_an_earlier_run_is_not_replaced(void **state)
{
	struct manifest *manifest = manifest__collect(NULL);
	char *text = manifest ? manifest__text(manifest) : NULL;

	(void)state;
	assert_non_null(text);
	write_file("notes", "Ten runs on Monday.\n");
	assert_int_equal(find("log", NULL, "notes"), -EEXIST);
	assert_string_equal(captured_stderr,
			    "siftr-bpf: notes is not replaced by the manifest: it is a "
			    "file of another kind; remove it or name another\n");
	assert_int_equal(find("log", "notes", NULL), -EEXIST);
	assert_non_null(strstr(captured_stderr, "notes is not replaced by the packet accounting"));
	write_file("manifest", text);
	assert_int_equal(find("log", NULL, "manifest"), 0);
	assert_int_equal(find("log", "manifest", NULL), -EEXIST);
	/* That of a run which was killed while it wrote, and an empty one. */
	write_file("stats", "{\n  \"in");
	assert_int_equal(find("log", "stats", NULL), 0);
	write_file("stats", "");
	assert_int_equal(find("log", "stats", NULL), 0);
	assert_int_equal(find("log", "/dev/null", NULL), 0);
	manifest__free(manifest);
	free(text);
}

#define MANIFEST_TEST(test) cmocka_unit_test_setup_teardown(test, enter, leave_scratch)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		MANIFEST_TEST(the_facts_are_those_of_this_host),
		MANIFEST_TEST(the_devices_are_those_of_proc),
		MANIFEST_TEST(the_end_is_added),
		MANIFEST_TEST(diff_shows_the_facts_that_differ),
		MANIFEST_TEST(what_is_no_manifest_is_refused),
		MANIFEST_TEST(its_file_is_no_other_options),
		MANIFEST_TEST(what_is_no_file_of_an_earlier_run_is_not_replaced),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
