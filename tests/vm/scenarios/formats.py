"""Runs in other formats beside one in the default format: they log the same packets. Each run has times of its
own, and so the order of two packets at the same moment on two processors."""

import subprocess

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from judge import common, siftrlog
from scenarios import talk

ONE_KERNEL = True

# The clock of SIFTR 1.2.4, in whose units srtt and rto are.
HZ, RTT_SCALE = 1000, 32

NETWORK = ",10.0.0."


def rows(text):
    """The columns of each line of the conversation; the tracers' own tests of the hooks are over the loopback."""
    return [line.split(",") for line in text.splitlines() if NETWORK in line and "=" not in line]


def differences(got, wanted):
    return [f"{a} for {b}" for a, b in zip(got, wanted) if a != b][:3] + [f"{len(got)} lines for {len(wanted)}"]


def as_1_2(columns):
    changed = columns[:1] + ["0x00000000"] + columns[1:]
    changed[9] = "0"
    changed[16] = str(int(columns[15]) * RTT_SCALE * HZ // 1000000)
    changed[19] = str(int(columns[18]) * HZ // 1000000)
    return changed


def as_table(columns):
    """A round-trip time without a sample is empty."""
    return columns[:15] + ["" if columns[15] == "0" else columns[15]] + columns[16:]


def without(columns, *numbers):
    return [value for number, value in enumerate(columns) if number not in numbers]


def of_flows(rows):
    """The rows of each flow, by its addresses and ports."""
    flows = {}
    for row in rows:
        flows.setdefault(tuple(row[2:6]), []).append(row)
    return flows


@scenario
class FirstPackets(Scenario):
    """The rule of SIFTR 1.2.4: the first packet of a flow and every third after it."""

    name = "siftr_1_2_samples_from_the_first_packet_on"

    def traffic(self, bed):
        first = bed.tracer
        sampling = bed.start_tracer(["--format", "siftr-1.2", "--ppl", "3"], log="log-1.2")
        for _ in range(2):
            client, server = talk.open_pair(bed)
            talk.exchange(client, server)
            talk.close_in_order(client, server)
        bed.settle()
        sampling.stop()
        subprocess.run([PROGRAM, "check", "--ppl", "3", "log-1.2"], cwd=bed.dir, check=True)
        bed.tracer = first

    def judge(self, result):
        yield from common.ran_well(result)
        every = of_flows(rows(result.log_text))
        wanted = sorted(without(as_1_2(row), 2, 26) for flow in every.values() for row in flow[::3])
        got = sorted(without(row, 2, 26) for row in rows(result.text("log-1.2")))
        yield (len(every) == 4 and len(wanted) > 8, "two connections were logged", f"{len(every)}, {len(wanted)}")
        yield (got == wanted, "packets 1, 4, 7 and so on of each flow", str(differences(got, wanted)))


@scenario
class Formats(Scenario):
    name = "other_formats_have_the_same_packets"

    def traffic(self, bed):
        first = bed.tracer
        tracers = [bed.start_tracer(["--format", "csv"], log="log.csv"),
                   bed.start_tracer(["--format", "siftr-1.2"], log="log-1.2")]
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        talk.close_in_order(client, server)
        bed.settle()
        for tracer in tracers:
            tracer.stop()
        bed.tracer = first

    def judge(self, result):
        yield from common.ran_well(result)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log)
        plain = rows(result.log_text)
        yield (len(plain) > 5, "packets were logged", f"{len(plain)} lines")
        names = result.text("log.csv").splitlines()[0]
        yield (names.startswith("time,direction,laddr,"), "the table has a row of names", names)
        # The time is each run's own, and so is the flow's id.
        got = sorted(without(row, 0, 25) for row in rows(result.text("log.csv")))
        wanted = sorted(without(as_table(row), 1, 25) for row in plain)
        yield (got == wanted, "the table has the same packets", str(differences(got, wanted)))
        got = sorted(without(row, 2, 26) for row in rows(result.text("log-1.2")))
        wanted = sorted(without(as_1_2(row), 2, 26) for row in plain)
        yield (got == wanted, "SIFTR 1.2.4 has the same packets", str(differences(got, wanted)))
