"""Many flows at once."""

import os
from collections import Counter

from bed.scenario import Scenario, scenario
from judge import common, log_invariants, many_flows, program_report, sampled, siftrlog
from judge.verdict import View
from scenarios import talk

THOROUGH = True
FIRST_PORT = 12000
BACKLOG_US = 100000


@scenario
class Concurrent(Scenario):
    name = "ten_thousand_concurrent_flows_are_each_sampled_on_their_own"
    tracer_args = ("--ppl", "2")
    connections = 5000
    rounds = 3
    timeout = 300

    def traffic(self, bed):
        talk.make_room(bed)
        listener = bed.b.listen(talk.PORT)
        pairs = [talk.open_pair(bed, listener=listener, bind_port=FIRST_PORT + number)
                 for number in range(self.connections)]
        for _ in range(self.rounds):
            talk.converse(pairs)
        bed.note("sockets", bed.b.run(["ss", "-tnH", "state", "established"],
                                      check=True).stdout.count("\n"))
        talk.close_all(pairs)

    def judge(self, result):
        yield (result.facts["sockets"] == self.connections,
               f"{self.connections} connections were open at once", f"{result.facts['sockets']}")
        yield from sampled.checks(result, 2)
        run = siftrlog.parse(result.log_text).run
        yield from many_flows.flow_counts(run, 2 * self.connections)
        sizes = Counter(Counter(line.flowid for line in run.lines).values())
        yield True, f"figures: {result.seconds} s in the guest; flows by lines: {dict(sizes)}"


@scenario
class FullTable(Concurrent):
    """Most of these flows have a slot, others one of 64 entries of the table, and some have none."""

    name = "a_full_flow_table_costs_only_the_flows_that_find_no_place"
    tracer = None
    connections = 2500

    def traffic(self, bed):
        os.environ["SIFTR_BPF_FLOWS"] = "64"
        bed.start_tracer(self.tracer_args)
        super().traffic(bed)

    def judge(self, result):
        if not result.force:
            yield None, "a table of 64 flows", "only a test build takes the size of its table"
            return
        yield from common.ran_well(result)
        run, stderr = siftrlog.parse(result.log_text).run, result.stderr_text
        yield from log_invariants.checks(run, 2)
        lost = program_report.row(stderr, "dropped: flow table full") or (0, 0)
        yield min(lost) > 0, "packets of flows without state are counted by cause", stderr
        yield program_report.row(stderr, "dropped: no memory") is None, "memory was not short", stderr
        yield from self.phases(result, run)

    def phases(self, result, run):
        view, wrong, judged = View(result, run, common.ADDRESSES), [], 0
        lines = view.groups()
        for flow, (conn, *_) in view.by_flow().items():
            second = next(iter(sampled.chosen(conn, 2)))[1]
            found = lines.get(flow, [[]])[0]
            # A flow that has state from the start keeps it, and its packet counter.
            if found and found[0].time_us < second.time_us + BACKLOG_US:
                wrong += sampled.judge_flow(conn, found, 2)
                judged += 1
        if result.missed("i") + result.missed("o"):
            yield None, "lines are each flow's packets 2, 4, ...", "runs were suppressed"
            return
        yield not wrong, "lines are each flow's packets 2, 4, ...", "; ".join(wrong[:6])
        yield (64 < judged < 2 * self.connections, "most flows had state, some had none",
               f"{judged} of {2 * self.connections}")
