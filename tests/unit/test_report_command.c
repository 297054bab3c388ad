// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf report`: what is in its page, what can never be, and what it refuses. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/command_line.h"
#include "../lib/sample_log.h"
#include "../lib/scratch.h"

#include "page/page.h"

static char *page;

static void report(const char *line, int status)
{
	int got = run_command(line);

	if (got != status)
		fail_msg("exit status %d: %s", got, captured_stderr);
	free(page);
	page = file_exists("a.html") ? read_file("a.html", NULL) : NULL;
}

static int leave(void **state)
{
	free(page);
	page = NULL;
	return leave_scratch(state);
}

static bool has(const char *text)
{
	return strstr(page, text) != NULL;
}

static void the_page_has_flows_answers_and_accounting(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	report("report -q -o a.html a.log", 0);
	assert_string_equal(captured_stdout, "");
	assert_string_equal(captured_stderr, "");
	assert_int_equal(strncmp(page, "<!DOCTYPE html>\n", 16), 0);
	assert_string_equal(page + strlen(page) - 8, "</html>\n");
	assert_true(has("[305419896,\"10.0.0.1\",443,\"192.168.100.20\",51234,null,null,null,"
			"1700000000001000,1499000,1,1,"));
	assert_true(has("[1,\"2001:db8::1\",22,\"fe80::a00:27ff:fe4e:66a1\",60000,"));
	assert_true(has("\"sentences\":[\"Data waited 1.499s (100 %) with room in both windows"));
	assert_true(has("\"notes\":[\"Without --fields +rate, 1.499s could not be decided"));
	assert_true(has("[\"stall\",\"-\",1700000000001000,1499000,1499000,0,0]"));
	assert_true(
		has("{\"file\":\"a.log\",\"status\":0,\"runs\":[{\"begin\":1700000000.000042,"
		    "\"system\":\"Linux 6.1.0\",\"end\":1700000002.000000,\"packets\":[4,2],"
		    "\"skipped_malloc\":[0,0],\"skipped_tcpcb\":[2,1],\"skipped_inpcb\":[0,0]}]}"));
	/* Two rows: times 0 and 1499000, cwnd 14480 twice, 13 is SEND_unknown, 0 RECEIVE_sender. */
	assert_true(
		has("\"rows\":2,\"lines\":2,\"thinned_us\":0,\"sender_slice_us\":0,"
		    "\"sender\":[0,1499000,13],\"receiver_slice_us\":0,"
		    "\"receiver\":[0,1499000,0],\"columns\":[[\"time\",\"u32\",\"AAAAAHjfFgA=\"],"
		    "[\"cwnd\",\"u32\",\"kDgAAJA4AAA=\"],[\"inflight\""));
	/* The threshold was never set. */
	report("report -q -o a.html --port 443 a.log", 0);
	assert_false(has("[\"ssthresh\",\""));
}

/* Only what the policy names by its hash can run, and nothing can be loaded. */
static void the_page_has_a_strict_policy(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	report("report -q -o a.html a.log", 0);
	assert_true(
		has("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		    "script-src 'sha256-"));
	assert_true(has("'; base-uri 'none'; form-action 'none'\">"));
	assert_false(has("unsafe-inline"));
	assert_false(has(" style=\""));
	assert_false(has(" src="));
	assert_false(has(" href="));
	assert_int_equal(count_in("a.html", "<style>"), 1);
	assert_int_equal(count_in("a.html", "<script>"), 1);
}

static void text_of_a_log_stays_text(void **state)
{
	static const char csv[] =
		"time,direction,laddr,lport,faddr,fport,snd_cwnd,flowid,comm,cc_name\n"
		"1700000000.001000,o,10.0.0.1,443,10.0.0.2,51234,14480,7,\"</script><b>\",\"a&\"\"\\\"\n"
		"1700000000.002000,o,10.0.0.1,443,10.0.0.2,51234,14480,7,\"</script><b>\",\"<!--\"\n"
		"1700000000.003000,o,10.0.0.1,443,10.0.0.2,51235,14480,8,\"\x1b[2J\xff\",\n";

	(void)state;
	write_file("<i>.csv", csv);
	report("report -q -o a.html <i>.csv", 0);
	assert_true(has("\"\\u003c/script\\u003e\\u003cb\\u003e\""));
	assert_true(has("\"\\u003c!--\""));
	assert_true(has("{\"file\":\"\\u003ci\\u003e.csv\""));
	assert_false(has("<b>"));
	assert_false(has("<!--"));
	assert_null(strchr(page, '\033'));
	assert_null(strstr(page, "\xff"));
	/* That of the table, of two flows, and the page's own. */
	assert_int_equal(count_in("a.html", "</script>"), 4);
}

static void flows_are_chosen_and_the_page_is_replaced(void **state)
{
	struct stat status;

	(void)state;
	write_file("a.log", LOG);
	write_file("a.html", "<!DOCTYPE html>\nold");
	assert_int_equal(chmod("a.html", 0644), 0);
	report("report -q -o a.html --flow 1 a.log", 0);
	assert_true(has("[1,\"2001:db8::1\""));
	assert_false(has("[305419896,"));
	assert_int_equal(stat("a.html", &status), 0);
	assert_int_equal(status.st_mode & 0777, 0644);
	report("report -q -o a.html --port 443 a.log a.log", 0);
	assert_false(has("[1,\"2001:db8::1\""));
	assert_int_equal(count_in("a.html", "\n[305419896,"), 2);
	assert_int_equal(run_command("report -q a.log"), 0);
	assert_int_equal(strncmp(captured_stdout, "<!DOCTYPE html>\n", 16), 0);
	assert_int_equal(run_command("report -q -o - a.log"), 0);
	assert_int_equal(strncmp(captured_stdout, "<!DOCTYPE html>\n", 16), 0);
}

/* A log that is named as the page by mistake, and any other file. */
static void a_file_that_is_no_page_is_not_replaced(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	write_file("b.log", "text");
	write_file("c.html", "");
	assert_int_equal(run_command("report -q -o a.log a.log"), 4);
	assert_string_equal(captured_stderr,
			    "siftr-bpf: a.log is not replaced by the report: it is a file of "
			    "another kind; remove it or name another\n");
	assert_file("a.log", LOG);
	assert_int_equal(run_command("report -q -o b.log a.log"), 4);
	assert_file("b.log", "text");
	assert_int_equal(run_command("report -q -o c.html a.log"), 0);
	assert_int_equal(run_command("report -q -o /dev/null a.log"), 0);
}

static void what_is_not_complete_is_shown_and_named(void **state)
{
	(void)state;
	write_file("a.log", HEADER LINE_1 LINE_2 "nonsense\n" LINE_3);
	report("report -o a.html a.log", 1);
	assert_non_null(strstr(captured_stderr, "has no footer"));
	assert_true(has("\"status\":1,\"runs\":[{\"begin\":1700000000.000042,"
			"\"system\":\"Linux 6.1.0\"}]}"));
	report("report -o a.html a.log missing.log", 4);
	assert_non_null(strstr(captured_stderr, "missing.log"));
	assert_true(has("{\"file\":\"missing.log\",\"status\":4,\"runs\":[]}"));
}

static void a_manifest_is_shown(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	write_file("a.json", "{\"host\": \"</script>\",\n\"cc\": [\"cubic\"]}\n");
	report("report -q -o a.html --manifest a.json a.log", 0);
	assert_true(has("\"manifest\":\"{\\u0022host\\u0022: \\u0022\\u003c/script\\u003e"
			"\\u0022,\\n\\u0022cc\\u0022: [\\u0022cubic\\u0022]}\\n\""));
	assert_int_equal(unlink("a.html"), 0);
	report("report -o a.html --manifest none.json a.log", 4);
	assert_non_null(strstr(captured_stderr, "none.json"));
	assert_int_equal(truncate("a.json", (1 << 20) + 1), 0);
	report("report -o a.html --manifest a.json a.log", 4);
	assert_non_null(strstr(captured_stderr, "a.json is larger than 1 MiB: it is no manifest"));
	assert_null(page);
}

static void what_it_cannot_do_is_refused(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	report("report -o a.html --flow 99 a.log", 4);
	assert_non_null(
		strstr(captured_stderr,
		       "a.log has no connection that was chosen: there is nothing to report; "
		       "siftr-bpf flows without filters lists all\n"));
	assert_null(page);
	write_file("empty.log", HEADER FOOTER_START "\n");
	report("report -o a.html empty.log empty.log", 4);
	assert_non_null(
		strstr(captured_stderr,
		       "the logs have no packet of a connection: there is nothing to report\n"));
	assert_null(page);
	report("report -o none/a.html a.log", 4);
	assert_non_null(strstr(captured_stderr, "none/a.html"));
	report("report --host example -o a.html a.log", 2);
	report("report --columns cwnd -o a.html a.log", 2);
	assert_non_null(strstr(captured_stderr, "--columns is not an option of report"));
	report("report", 2);
}

static void a_build_without_the_library_says_so_and_draws(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	report("report -o a.html a.log", 0);
	assert_int_equal(!strstr(captured_stderr, "built without uPlot"), page__has_plots());
	assert_int_equal(!has("<template id=\"figures-0\"><svg "), page__has_plots());
	assert_int_equal(has("(v1.6.32)"), page__has_plots());
}

#define REPORT_TEST(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		REPORT_TEST(the_page_has_flows_answers_and_accounting),
		REPORT_TEST(the_page_has_a_strict_policy),
		REPORT_TEST(text_of_a_log_stays_text),
		REPORT_TEST(flows_are_chosen_and_the_page_is_replaced),
		REPORT_TEST(a_file_that_is_no_page_is_not_replaced),
		REPORT_TEST(what_is_not_complete_is_shown_and_named),
		REPORT_TEST(a_manifest_is_shown),
		REPORT_TEST(what_it_cannot_do_is_refused),
		REPORT_TEST(a_build_without_the_library_says_so_and_draws),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
