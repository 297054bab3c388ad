"""Runs in other formats beside one in the default format: they log the same packets. Each run has times of its
own, and so the order of two packets at the same moment on two processors."""

import socket
import subprocess
from collections import Counter
from pathlib import Path

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import wait_for
from judge import common, field_rows, pcap, siftrlog
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


def as_ttprobe(row):
    """The 17 columns but for time and number; `row` has the names of a csv."""
    flow = [row["direction"], row["laddr"], row["lport"], row["faddr"], row["fport"]]
    mss = int(row["mss_cache"])
    windows = [min(int(row[name]) * mss, 0xFFFFFFFF) for name in ("cwnd_segs", "current_ssthresh")]
    rest = [row[name] for name in ("snd_wnd", "offered_wnd", "skc_state", "snd_una", "snd_nxt", "skb_len")]
    return flow + [str(value) for value in (mss, row["srtt"] or 0, *windows)] + rest


def as_tcp_probe(row):
    """The 11 fields but for the time."""
    sequence = [f"{int(row[name]):#x}" for name in ("snd_nxt", "snd_una")]
    return [f"{row['laddr']}:{row['lport']}", f"{row['faddr']}:{row['fport']}", row["skb_len"], *sequence,
            row["cwnd_segs"], row["current_ssthresh"], row["snd_wnd"], row["srtt"] or "0", row["offered_wnd"]]


def as_siftr2(row):
    """The columns of siftr2 2.5 but for the flow id and the time."""
    before = [int(row[name] or 0) for name in ("snd_cwnd", "snd_ssthresh", "srtt", "payload_len", "snd_wnd", "rcv_wnd")]
    after = [int(row[name]) for name in ("t_flags", "t_flags2", "rto", "snd_buf_hiwater", "snd_buf_cc",
                                         "rcv_buf_hiwater", "rcv_buf_cc", "pipe", "t_segqlen")]
    return [row["direction"], *(f"{value:x}" for value in before + after)]


@scenario
class KernelModules(Scenario):
    """The logs of modules that this kernel lacks, beside a table with the fields that they are made of."""

    name = "logs_of_kernel_modules_have_the_packets_of_the_table"
    tracer_args = ("--format", "csv", "--fields", "+packet,probe")

    def traffic(self, bed):
        first = bed.tracer
        # These logs have no header to wait for.
        tracers = [bed.start_tracer(["-v", "--format", name], log=f"log.{name}", ready=False)
                   for name in ("ttprobe", "tcp_probe")]
        for tracer in tracers:
            wait_for(lambda: "tracing every" in tracer.messages(), "start of a tracer")
        tracers.append(bed.start_tracer(["--format", "siftr2", "--port", talk.PORT], log="log.siftr2"))
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        talk.close_in_order(client, server)
        bed.settle()
        for tracer in tracers:
            tracer.stop()
        checked = subprocess.run([PROGRAM, "check", "log.siftr2"], cwd=bed.dir, text=True, capture_output=True)
        bed.note("congestion", Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text().strip())
        bed.note("checked", [checked.returncode, checked.stdout + checked.stderr])
        again = subprocess.run([PROGRAM, "--format", "ttprobe", "-o", "log.ttprobe", "--duration", "1"],
                               cwd=bed.dir, text=True, capture_output=True)
        bed.note("refused", [again.returncode, again.stderr])
        bed.tracer = first

    def judge(self, result):
        yield from common.ran_well(result)
        table = [row for row in field_rows.parse(result.log_text) if row["laddr"].startswith("10.0.0.")]
        yield len(table) > 5, "packets were logged", f"{len(table)} rows"
        lines = [line.split(",") for line in result.text("log.ttprobe").splitlines() if NETWORK in line]
        numbers = [int(line[6]) for line in lines]
        yield numbers == sorted(set(numbers)), "ttprobe numbers the packets", str(numbers)
        got, wanted = sorted(without(line, 1, 6) for line in lines), sorted(map(as_ttprobe, table))
        yield got == wanted, "ttprobe has the packets of the table", str(differences(got, wanted))
        lines = [line.split(" ") for line in result.text("log.tcp_probe").splitlines() if " 10.0.0." in line]
        yield all(0 <= float(line[0]) < 100 for line in lines), "times count from the beginning", str(lines[:1])
        got = sorted(line[1:] for line in lines)
        wanted = sorted(as_tcp_probe(row) for row in table if row["direction"] == "i")
        yield got == wanted, "tcp_probe has the packets that were received", str(differences(got, wanted))
        yield from self.judge_siftr2(result, table)
        status, text = result.facts["refused"]
        yield (status == 4 and "one run a file" in text, "a second run in the file is refused", f"{status}, {text}")


    @staticmethod
    def judge_siftr2(result, table):
        status, text = result.facts["checked"]
        yield status == 0, "siftr2 has the rules of its readers", text
        lines = [line.split(",") for line in result.text("log.siftr2").splitlines() if "=" not in line]
        got, wanted = sorted(line[1:2] + line[3:] for line in lines), sorted(map(as_siftr2, table))
        yield got == wanted, "siftr2 has the packets of the table", str(differences(got, wanted))
        footer = result.text("log.siftr2").splitlines()[-1]
        flows = [flow.split(",") for flow in footer.split("flow_list=")[1].split(";")[:-1]]
        listed = sorted((flow[2:6], int(flow[12])) for flow in flows)
        names = ("laddr", "lport", "faddr", "fport")
        counted = Counter(tuple(row[name] for name in names) for row in table)
        yield (listed == sorted((list(flow), lines) for flow, lines in counted.items()),
               "siftr2 lists the flows with their lines", footer)
        yield {flow[7] for flow in flows} == {result.facts["congestion"]}, "and their congestion control", footer


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

@scenario
class Siftr2Binary(Scenario):
    """Converted to tables, a binary log of siftr2 and the log beside it are compared column by column."""

    name = "a_binary_log_of_siftr2_has_the_captured_packets"
    # Of what siftr2 keeps of each packet. It has neither a state nor the bytes in flight.
    COLUMNS = ("direction", "laddr", "lport", "faddr", "fport", "snd_cwnd", "snd_ssthresh", "srtt", "snd_wnd",
               "rcv_wnd", "snd_scale", "rcv_scale", "sack_enabled", "t_flags", "t_flags2", "rto", "snd_buf_hiwater",
               "snd_buf_cc", "rcv_buf_hiwater", "rcv_buf_cc", "t_segqlen")

    def traffic(self, bed):
        first = bed.tracer
        tracer = bed.start_tracer(["--format", "siftr2-binary"], log="log.binary")
        for address, family in ((bed.b.addr4, socket.AF_INET), (bed.b.addr6, socket.AF_INET6)):
            with bed.b.listen(talk.PORT, family) as listener:
                client, server = talk.open_pair(bed, address=address, listener=listener)
            talk.exchange(client, server)
            talk.close_in_order(client, server)
        bed.settle()
        tracer.stop()
        first.stop()
        checked = subprocess.run([PROGRAM, "check", "log.binary"], cwd=bed.dir, text=True, capture_output=True)
        bed.note("checked", [checked.returncode, checked.stdout + checked.stderr])
        for log in ("log.binary", "siftr.log"):
            subprocess.run([PROGRAM, "convert", "--to", "csv", "-o", f"{log}.csv", log], cwd=bed.dir, check=True)
        bed.tracer = first

    def judge(self, result):
        yield from common.ran_well(result)
        status, text = result.facts["checked"]
        yield status == 0 and "siftr2 binary 2.5: 1 run" in text, "check finds the log good", text
        binary, plain = (self.rows(result.text(name)) for name in ("log.binary.csv", "siftr.log.csv"))
        got, wanted = (sorted([row[name] for name in self.COLUMNS] for row in rows) for rows in (binary, plain))
        yield len(wanted) > 10, "packets were logged", f"{len(wanted)} rows"
        yield got == wanted, "the binary log has the packets of the other", str(differences(got, wanted))
        for host, own in common.ADDRESSES.items():
            logged = Counter(int(row["payload_len"]) for row in binary
                             if row["laddr"] in own and row["direction"] == "o" and row["payload_len"] != "0")
            captured = Counter(packet.payload for packet in pcap.read(result.pcap(host))
                               if packet.src in own and packet.payload)
            unlogged = (captured - logged).total()
            yield (bool(logged) and not logged - captured and unlogged <= result.missed("o"),
                   f"what {host} sent has the captured payloads", f"{logged}, {captured}")

    @staticmethod
    def rows(text):
        own = sum(common.ADDRESSES.values(), ())
        return [row for row in field_rows.parse(text) if row["laddr"] in own]
