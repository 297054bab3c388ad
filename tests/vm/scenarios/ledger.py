"""The packet accounting of --stats FILE: the numbers of the log and its footer as JSON."""

import json

from bed.scenario import Scenario, scenario
from judge import common, program_report, siftrlog
from scenarios import talk

OTHER_PORT = 8080
OUTCOMES = ("skipped_state", "skipped_sock", "skipped_late", "dropped_backlog", "sampled",
            "lost_ring", "lost_flow", "lost_flow_full", "records")


@scenario
class AccountingFile(Scenario):
    name = "the_stats_file_balances_with_log_and_captures"
    one_kernel = True
    tracer_args = ("--port", str(talk.PORT), "--stats", "stats.json")

    def traffic(self, bed):
        for port in (talk.PORT, OTHER_PORT):
            client, server = talk.open_pair(bed, port=port)
            for _ in range(20):
                talk.exchange(client, server)
            talk.close_in_order(client, server)
        client, server = talk.open_pair(bed)
        server.close()
        talk.read_to_end(client)
        bed.settle()
        client.close()

    def judge(self, result):
        yield from common.complete_run(result, port=talk.PORT)
        accounting = json.loads(result.text("stats.json"))
        run = siftrlog.parse(result.log_text).run
        view = common.Verdict(result, run, common.ADDRESSES, port=talk.PORT)
        for way, word in (("i", "in"), ("o", "out")):
            yield from self.direction(accounting[word], view.tally()[way], view.filtered(way), word)
        missed = {way: sum(runs or 0 for hook, runs in accounting["missed"].items()
                           if hook.endswith(program_report.HOOKS[way])) for way in "io"}
        wanted = {way: view.missed(way) for way in "io"}
        yield missed == wanted, "file and stderr name the same missed runs", f"{missed} {wanted}"
        yield accounting["unexplained"] == 0, "nothing is unexplained", f"{accounting}"
        yield accounting["flows"] == len(run.flows), "flows are those of the list", f"{accounting['flows']}"

    @staticmethod
    def direction(book, counts, filtered, word):
        yield (book["hook_runs"] == book["seen"] + book["filtered"],
               f"{word}: hook runs = seen + filtered", f"{book}")
        yield (book["seen"] == sum(book[name] for name in OUTCOMES),
               f"{word}: seen is the sum of its parts", f"{book}")
        ends = [book[name] for name in ("lines", "lost_output", "lost_log", "after_end")]
        yield (book["records"] == sum(ends),
               f"{word}: every record is a line or lost", f"{book}")
        found = [book["lines"], book["skipped_state"],
                 book["skipped_sock"] + book["skipped_late"], book["filtered"]]
        wanted = [counts["lines"], counts["tcpcb"], counts["inpcb"], filtered]
        yield found == wanted, f"{word}: the file agrees with log and captures", (
            f"lines, skipped_state, skipped_sock and _late, filtered: {found}, wanted {wanted}")
