"""--every, --on-change and --keep: a tracer that logs every packet runs beside those that sample, and its table,
replayed through a model of each sampler, gives the same lines."""

import json
import socket

from bed.scenario import Scenario, scenario
from judge import common, program_report, sampler_replay
from scenarios import closing, talk

# The port leaves out the connections by which other tracers test themselves.
FIELDS = "+packet,order,loss"
LIGHT = ("--format", "csv", "--fields", FIELDS, "--port", str(talk.PORT))
TABLE = ("--format", "csv", "--fields", f"{FIELDS},sample", "--port", str(talk.PORT))
UNWEIGHED = ("light", "rto")  # names of SAMPLERS
LEFT_OPEN = 100  # connections, so many that some sockets find their slot taken
# Of the first time the programs always read the clock, of the second only when it is nearly over, and
# the third is longer than the guest has been up.
EVERY_US, SLOW_US, EVER_US = 20000, 100000, 10**12
EVERY = {"every": EVERY_US, "slow": SLOW_US, "first": EVER_US}
HELD_BACK = "held back by"
RESETS = (30, 1, 1)  # exchanges on each connection that is reset

# name of the log: the tracer's options, and the model's. One sampler and several are asked by different code
# of the programs, and those of UNWEIGHED count otherwise what they leave out.
SAMPLERS = {
    "ppl": (("--ppl", "50"), {"ppl": 50}),
    "every": (("--every", f"{EVERY_US}us"), None),
    "slow": (("--every", f"{SLOW_US}us"), None),
    "first": (("--every", f"{EVER_US}us"), None),
    "cwnd": (("--on-change", "cwnd"), {"on_change": ("snd_cwnd",)}),
    "rto": (("--on-change", "rto,state", "--keep", "loss"),
            {"on_change": ("rto", "conn_state"), "keep": ("loss",)}),
    "state": (("--on-change", "state"), {"on_change": ("conn_state",)}),
    "light": (("--on-change", "snd_wnd"), {"on_change": ("snd_wnd",)}),
    "several": (("--on-change", "ca_state,rto,state,ssthresh", "--ppl", "9"),
                {"on_change": ("ca_state", "rto", "conn_state", "snd_ssthresh"), "ppl": 9}),
    "keep": (("--ppl", "1000", "--keep", "loss,zero-window,open,close,rst"),
             {"ppl": 1000, "keep": ("loss", "zero-window", "open", "close", "rst")}),
    "rate": (("--max-rate", "1"), None),
}


def fill_window(bed, listener):
    """A receiver that does not read until its window has closed."""
    client, server = talk.open_pair(bed, listener=listener)
    talk.fill_window(bed, client, server, 300000)
    talk.close_in_order(client, server)


def lose_packets(bed, listener):
    bed.netem(bed.a, "delay 5ms loss 3%")
    client, server = talk.open_pair(bed, listener=listener)
    talk.transfer(client, server, 500000)
    talk.close_in_order(client, server)
    # What is lost later may be sent again when some of the tracers have ended.
    bed.netem(bed.a, "delay 5ms")


class Replayed(Scenario):
    # With --strict a packet that one program misses is logged by the one behind it.
    tracer_args = (*TABLE, "--strict")
    may_fall = "Argument list too long"  # the kernel takes no more programs at a function
    samplers = SAMPLERS

    def traffic(self, bed):
        first = bed.tracer
        tracers = [bed.start_tracer([*(LIGHT if name in UNWEIGHED else TABLE), *options,
                                     "--stats", f"{name}.json"], log=f"log.{name}")
                   for name, (options, _) in self.samplers.items()]
        listener = bed.b.listen(talk.PORT)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        fill_window(bed, listener)
        lose_packets(bed, listener)
        # More than one: where the kernel does not count suppressed runs, a packet may be missed.
        for exchanges in RESETS:
            client, server = talk.open_pair(bed, listener=listener)
            for _ in range(exchanges):
                talk.exchange(client, server, 100, 3000)
            closing.reset(client)
            server.close()
        left_open = [talk.open_pair(bed, listener=listener) for _ in range(LEFT_OPEN)]
        for ends in left_open:
            talk.exchange(*ends, 100, 100)
        bed.settle()
        for tracer in tracers:
            tracer.stop()
        bed.tracer = first

    def judge(self, result):
        yield from common.ran_well(result)
        every = sampler_replay.until_close(sampler_replay.by_flow(result.log_text), LEFT_OPEN)
        rows = [row for flow in every.values() for row in flow]
        for what in ("loss", "zero-window", "close", "rst"):
            some = [row for row in rows if sampler_replay.KEPT[what](row, row)]
            yield 0 < len(some) < len(rows), f"the traffic has moments of {what}", f"{len(some)}"
        for number, (name, (_, model)) in enumerate(self.samplers.items(), 2):
            yield from self.judge_sampler(result, every, name, f"tracer-{number}.stderr", model)

    @staticmethod
    def judge_sampler(result, every, name, messages, model):
        table, text = sampler_replay.by_flow(result.text(f"log.{name}")), result.text(messages)
        sampled = sampler_replay.without_rests(table)
        total = sum(map(len, every.values()))
        lines = sum(map(len, sampled.values()))
        yield 0 < lines < total, f"{name}: some packets have lines", f"{lines} of {total}"
        yield program_report.balanced(text), f"{name}: the accounting balances", text
        stats = json.loads(result.text(f"{name}.json"))
        for way in ("in", "out"):
            counts = stats[way]
            yield (counts["seen"] == sum(counts[key] for key in (
                "skipped_state", "skipped_sock", "skipped_late", "dropped_backlog", "sampled",
                "lost_ring", "lost_flow", "lost_flow_full", "records"))
                and counts["records"] + counts["rests"] == counts["lines"]
                and counts["lost_weight"] == 0,
                f"{name}: every packet {way} is in one row", f"{counts}")
        missed = sum(program_report.missed(part, way) for part in (text, result.stderr_text)
                     for way in "io")
        if missed:
            yield None, f"{name}: the same lines as the replay", f"{missed} runs were suppressed"
            return
        if name == "rate":
            found = sampler_replay.strangers(every, sampled)
            told = text.count("--max-rate: ")
            yield told == stats["ppl_changes"] > 0, "each change of ppl is told", f"{told}"
            used = {int(row["ppl"]) for rows in table.values() for row in rows}
            yield max(used) > 1, "the lines show the ppl", f"{sorted(used)}"
        elif model is None:
            # A guest that the host keeps waiting counts its ticks late, by which "slow" is spared the clock.
            found = sampler_replay.every_differences(
                every, sampled, EVERY[name],
                lambda begin, end: name == "slow" and result.held_up(begin / 1e6, end / 1e6) * 1e6)
        else:
            found = sampler_replay.differences(every, sampled, **model)
        yield not found, f"{name}: the same lines as the replay", "; ".join(found[:4])
        if name not in UNWEIGHED:
            found = sampler_replay.wrong_weights(every, table)
            yield not found, f"{name}: the weights of each flow add up to its packets", (
                "; ".join(found[:4]))
        if model and name not in UNWEIGHED:
            open_ends = [flow for flow, rows in table.items() if rows[-1]["conn_state"] == ""]
            yield len(open_ends) >= LEFT_OPEN, f"{name}: flows that are open have a last line", (
                f"{len(open_ends)}")
        held = sum(program_report.row(text, HELD_BACK))
        yield held == total - lines, f"{name}: all others are counted as held back", (
            f"{held}, {total} - {lines}")


@scenario
class Samplers(Replayed):
    name = "each_sampler_chooses_the_lines_that_a_replay_of_all_packets_gives"
    one_kernel = True
