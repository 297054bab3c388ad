"""The USDT probes, as a tracer that attaches to a running process sees them."""

import ipaddress
import re
import signal
import socket
import time

from bed import usdt
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import wait_for
from judge import common, program_report, siftrlog
from scenarios import talk

CONNECTIONS = 20
ENDS = (("laddr", "text"), ("lport", "number"), ("faddr", "text"), ("fport", "number"))
ROW = (("time_us", (0, "u64")), ("snd_cwnd", (16, "u32")), ("t_segqlen", (84, "u32")))
LINE = [("dir", 0, "number"), ("flow", 1, "number"), ("laddr", 2, "text"), ("lport", 4, (8, "u16")),
        ("faddr", 3, "text"), ("fport", 4, (10, "u16")), *((label, 4, kind) for label, kind in ROW)]
FLOW = [("flow", 0, "number"), *((label, 1 + i, kind) for i, (label, kind) in enumerate(ENDS))]
LOSS = [("cause", 0, "text"), ("dir", 1, "number"), ("packets", 2, "number")]
EVENT = re.compile(r"^\s*\S.*?\s\d+\.\d+: (\w+): \(0x[0-9a-f]+\) (.*)$", re.M)


def events(text, name):
    """The firings of a probe: their arguments in order, texts without quotes."""
    for event, words in EVENT.findall(text):
        if event == name:
            yield [word.split("=", 1)[1].strip('"') for word in words.split()]


def ends(laddr, lport, faddr, fport):
    """Addresses as one spelling of them."""
    return (str(ipaddress.ip_address(laddr)), int(lport), str(ipaddress.ip_address(faddr)), int(fport))


def after_end(text):
    """Firings of flow_begin after the flow's first line, and of any probe after its flow_end."""
    lines, ended, late = set(), set(), []
    for event, words in EVENT.findall(text):
        flow = re.search(r"flow=(\d+)", words)[1]
        if flow in ended or (event == "flow_begin" and flow in lines):
            late.append((event, words))
        if event != "flow_begin":
            (ended if event == "flow_end" else lines).add(flow)
    return late


class Watched(Scenario):
    """Attaches before the first packet and stays until the tracer has ended."""

    watched = {}

    def traffic(self, bed):
        watch = usdt.Watch(PROGRAM, self.watched)
        values = [watch.elf.semaphores(bed.tracer.pid)]
        watch.switch(True)
        values.append(watch.elf.semaphores(bed.tracer.pid))
        self.talk(bed)
        bed.settle()
        bed.tracer.stop()
        bed.note("lost", watch.lost())
        bed.note("semaphores", values)
        bed.save("trace.txt", watch.end())

    def talk(self, bed):
        raise NotImplementedError

    def judge(self, result):
        before, after = result.facts["semaphores"]
        yield set(before.values()) == {0}, "semaphores are 0 until a tracer attaches", f"{before}"
        yield (after == {name: int(name in self.watched) for name in after},
               "then those of the probes that it attached to are 1", f"{after}")
        yield result.facts["lost"] == 0, "the kernel had place for each firing", f"{result.facts}"


@scenario
class EveryLine(Watched):
    name = "the_probes_fire_once_for_each_line_and_flow"
    one_kernel = True
    watched = {"line": LINE, "flow_begin": FLOW, "flow_end": FLOW}

    def talk(self, bed):
        for family, address in ((socket.AF_INET, bed.b.addr4), (socket.AF_INET6, bed.b.addr6)):
            listener = bed.b.listen(talk.PORT, family=family)
            pairs = [talk.open_pair(bed, listener=listener, address=address)
                     for _ in range(CONNECTIONS // 2)]
            talk.converse(pairs)
            # The programs tell of ends once there was a pass, which the first line shows.
            wait_for(lambda: len(bed.tracer.lines()) > 1, "the first line")
            talk.close_all(pairs)
            listener.close()

    def judge(self, result):
        yield from super().judge(result)
        yield from common.complete_run(result)
        text, lines = result.text("trace.txt"), siftrlog.parse(result.log_text).run.lines
        fired = [("io"[int(way)], int(flow), ends(*where), *map(int, row))
                 for way, flow, *where in events(text, "line") for where, row in [(where[:4], where[4:])]]
        logged = [(line.direction, line.flowid, ends(*line.flow), line.time_us, line.snd_cwnd,
                   line.t_segqlen) for line in lines]
        for letter, word in (("i", "inbound"), ("o", "outbound")):
            counts = [sum(one[0] == letter for one in some) for some in (fired, logged)]
            yield counts[0] == counts[1] > 0, f"as many firings as {word} lines", f"{counts}"
        unlike = [pair for pair in zip(fired, logged) if pair[0] != pair[1]]
        yield not unlike, "each has the line's flow, addresses, time and columns", f"{unlike[:2]}"
        flows = {(line.flowid, ends(*line.flow)) for line in lines}
        for probe in ("flow_begin", "flow_end"):
            shown = [(int(flow), ends(*where)) for flow, *where in events(text, probe)]
            yield len(shown) == len(set(shown)) == len(flows), f"{probe} fires once for each flow", (
                f"{len(shown)} firings, {len(flows)} flows")
            yield set(shown) == flows, f"{probe} has the flow's id, addresses and ports", (
                f"{set(shown) ^ flows}")
        yield not (late := after_end(text)), "a flow's lines are between its begin and its end", f"{late[:2]}"
        yield True, f"figures: {len(fired)} firings of line, {len(flows)} flows"


@scenario
class Losses(Watched):
    name = "the_probe_of_losses_adds_up_to_the_accounting"
    one_kernel = True
    tracer_args = ("--ring-size", "64K")
    watched = {"loss": LOSS}

    def talk(self, bed):
        pair = talk.open_pair(bed)
        bed.tracer.signal(signal.SIGSTOP)
        for _ in range(400):
            talk.exchange(*pair)
        bed.tracer.signal(signal.SIGCONT)
        time.sleep(1)
        talk.exchange(*pair)
        talk.close_in_order(*pair)

    def judge(self, result):
        yield from super().judge(result)
        sums = {}
        for cause, way, packets in events(result.text("trace.txt"), "loss"):
            key = cause, int(way)
            sums[key] = sums.get(key, 0) + int(packets)
        reported = program_report.row(result.stderr_text, "dropped: ring buffer full, raise --ring-size")
        fired = tuple(sums.get(("lost_ring", way), 0) for way in (0, 1))
        yield tuple(reported or ()) == fired and sum(fired) > 0, "losses of the rings, by direction", (
            f"accounting {reported}, fired {sums}")
        missed = program_report.all_missed(result.stderr_text)
        yield (sum(count for (_, way), count in sums.items() if way == 2) == missed,
               "suppressed runs, as reported", f"reported {missed}, fired {sums}")
        yield True, f"figures: {sums}"
