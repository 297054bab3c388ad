"""Which connections the filters select, as tcpdump's own filter selects them in the captures."""

import json
from collections import Counter

from bed.scenario import Scenario, scenario
from judge import common, siftrlog
from judge.chosen import Chosen
from scenarios import talk

LINES = 4  # exchanges of each connection, enough for some lines


class Filtered(Scenario):
    """`expression`: what tcpdump selects, see judge/chosen.py. `pairs`: server's and client's ports."""

    pairs = ()
    selected = 0  # connections that tcpdump must find, at both ends

    def traffic(self, bed):
        ends = [talk.open_pair(bed, port=port, bind_port=own) for port, own in self.pairs]
        for _ in range(LINES):
            for client, server in ends:
                talk.exchange(client, server, 100, 2000)
        for client, server in ends:
            talk.close_in_order(client, server)

    def judge(self, result):
        chosen = Chosen(result, self.expression)
        flows = sum(map(len, chosen.flows.values()))
        yield flows == self.selected, f"tcpdump selects {self.selected} ends", f"{chosen.flows}"
        yield from common.complete_run(result, port=chosen)


@scenario
class Ports(Filtered):
    name = "a_list_of_ports_selects_at_either_end_and_leaves_out_the_negated"
    tracer_args = ("--port", "80,8000-8100", "--port", "!8050", "--port", "65535,1")
    pairs = ((80, 5001), (8000, 5002), (8100, 5003), (7999, 5004), (8101, 5005), (8050, 5006),
             (8080, 8050), (9000, 8001), (1, 5007), (65535, 5008), (9001, 65534))
    expression = "(port 80 or portrange 8000-8100 or port 1 or port 65535) and not port 8050"
    selected = 12


@scenario
class Ends(Filtered):
    """The two ends of a connection are filtered apart; a client's port is the server's foreign port."""

    name = "local_and_foreign_ports_must_both_hold"
    one_kernel = True
    tracer_args = ("--lport", "80-90,5001", "--fport", "!5002,!81", "--fport", "1-6000")
    pairs = ((80, 5001), (80, 5002), (81, 5003), (90, 5001), (91, 5004), (5001, 85))
    expression = ("({out} and (src portrange 80-90 or src port 5001) and dst portrange 1-6000 and "
                  "not dst port 5002 and not dst port 81) or "
                  "({in} and (dst portrange 80-90 or dst port 5001) and src portrange 1-6000 and "
                  "not src port 5002 and not src port 81)")
    selected = 7


@scenario
class Direction(Scenario):
    name = "a_direction_has_the_lines_that_a_full_trace_beside_has"
    one_kernel = True
    tracer_args = ("--dir", "in", "--port", "!22", "--stats", "stats.json")

    def traffic(self, bed):
        first = bed.tracer
        tracers = [bed.start_tracer([], log="full.log"),
                   bed.start_tracer(["--dir", "!in"], log="out.log")]
        client, server = talk.open_pair(bed)
        for _ in range(LINES):
            talk.exchange(client, server)
        talk.close_in_order(client, server)
        bed.settle()
        for tracer in tracers:
            tracer.stop()
        bed.tracer = first

    def judge(self, result):
        yield from common.ran_well(result)
        full = Counter(self.lines(result.text("full.log")))
        for log, direction in ((result.log_text, "i"), (result.text("out.log"), "o")):
            wanted = Counter({key: count for key, count in full.items() if key[0] == direction})
            got = Counter(self.lines(log))
            yield sum(wanted.values()) > 2 * LINES, f"packets of {direction} were logged", f"{wanted}"
            yield got == wanted, f"only {direction}, and all of it", f"{got - wanted}, {wanted - got}"
        book = json.loads(result.text("stats.json"))
        yield (book["out"]["filtered_direction"] == book["out"]["filtered"] == book["out"]["hook_runs"] > 0,
               "sent packets are counted as of the other direction", f"{book['out']}")

    @staticmethod
    def lines(log):
        """The data lines of the connection, not those of the self-test of a tracer that started later,
        without what each run makes anew: times and flow ids."""
        for line in siftrlog.parse(log).run.lines:
            if talk.PORT not in (line.lport, line.fport):
                continue
            yield (line.direction, line.flow,
                   tuple((name, value) for name, value in line.values.items() if name != "flowid"))
