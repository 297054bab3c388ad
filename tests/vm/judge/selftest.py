#!/usr/bin/python3
"""Tests the judge: good logs and captures pass, and each defect put into them is found."""

import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from judge import (column_compare, field_rows, log_invariants, packet_flags, pcap, program_report,
                   selftest_row_packets, selftest_sent_again, selftest_tcp_model, siftrlog, ss_compare,
                   tcp_connections)
from judge.fixtures import (CLIENT, GOOD_LOG, SERVER, conversation, line_of, lines_of, write_pcap)
from judge.packet_match import Budget, Replay
from judge.tcp_model import GONE, LATE, TW
from judge.verdict import Verdict

DEFECTS = {
    "no newline at the end": lambda log: log[:-1],
    "an empty file": lambda log: "",
    "a blank line": lambda log: log.replace("\no,", "\n\no,", 1),
    "a comment": lambda log: "# made by hand\n" + log,
    "a carriage return": lambda log: log.replace("\n", "\r\n"),
    "a key of the header renamed": lambda log: log.replace("siftrver", "version"),
    "another version": lambda log: log.replace("1.3.0", "1.2.4"),
    "a header value of eight characters": lambda log: log.replace("sysver=6001192",
                                                                 "sysver=60011920"),
    "a header pair missing": lambda log: log.replace("\tipmode=6", ""),
    "spaces for tabs": lambda log: log.replace("\t", " "),
    "five digits of microseconds": lambda log: log.replace("usecs=000123", "usecs=00123"),
    "no footer": lambda log: log[:log.index("disable")],
    "no header": lambda log: log[log.index("\n") + 1:],
    "a second header": lambda log: log[:log.index("\n") + 1] + log,
    "footer keys out of order": lambda log: log.replace(
        "num_inbound_tcp_pkts=3\tnum_outbound_tcp_pkts=2",
        "num_outbound_tcp_pkts=2\tnum_inbound_tcp_pkts=3"),
    "a footer pair too many": lambda log: log.replace("\tflow_list", "\tmissed=0\tflow_list"),
    "a total that is no sum": lambda log: log.replace("total_tcp_pkts=5", "total_tcp_pkts=6"),
    "skipped that are no sum": lambda log: log.replace("total_skipped_tcp_pkts=1",
                                                       "total_skipped_tcp_pkts=2"),
    "a flow list without its last comma": lambda log: log[:-2] + "\n",
    "a flow named twice": lambda log: log[:-1] + log[log.index("flow_list=") + 10:],
    "an address with leading zeros": lambda log: log.replace("10.0.0.1,", "10.0.0.01,", 1),
    "an uncompressed IPv6 address": lambda log: log.replace("10.0.0.1,", "fd00:0:0:0::1,", 1),
    "26 columns": lambda log: log.replace(",191\n", "\n", 1),
    "28 columns": lambda log: log.replace(",191\n", ",191,0\n", 1),
    "an empty column": lambda log: log.replace(",1460,", ",,", 1),
    "a space in a column": lambda log: log.replace(",1460,", ", 1460,", 1),
    "a negative number": lambda log: log.replace(",1460,", ",-1460,", 1),
    "a number of 33 bits": lambda log: log.replace(",1460,", ",4294967296,", 1),
    "a leading zero": lambda log: log.replace(",1460,", ",01460,", 1),
    "a hexadecimal number": lambda log: log.replace(",1460,", ",0x5b4,", 1),
    "a time with three decimals": lambda log: log.replace(".000500,", ".500,", 1),
    "a direction that is none": lambda log: log.replace("\no,", "\nx,", 1),
    "a port above 65535": lambda log: log.replace(",80,", ",65536,", 1),
    "a state below ESTABLISHED": lambda log: log.replace(",7,7,4,", ",7,7,3,", 1),
    "flow id 0": lambda log: log.replace(",77,191", ",0,191", 1),
    "sack_enabled 2": lambda log: log.replace(",1500,1,992,", ",1500,2,992,", 1),
    "a cwnd beyond 2^31": lambda log: log.replace(",14480,0,", ",2147483648,0,", 1),
    "bytes after the footer": lambda log: log + "end\n",
}

BROKEN_INVARIANTS = {
    "a line too few": lambda run: run.lines.pop(),
    "a flow that is not listed": lambda run: run.flows.clear(),
    "a listed flow without a line": lambda run: run.flows.append(("10.0.0.9", 1, "10.0.0.8", 2)),
    "one id for two flows": lambda run: setattr(run.lines[0], "laddr", "10.0.0.3"),
    "a time that goes back": lambda run: setattr(run.lines[-1], "time_us", 1700000000000200),
    "a line after the footer's time": lambda run: setattr(run.lines[-1], "time_us", 1 << 60),
    "a changing flowtype": lambda run: run.lines[0].values.update(flowtype=3),
}

WRONG_COLUMNS = {
    "conn_state": 5, "snd_wnd": 1, "rcv_wnd": 1, "snd_scale": 3, "rcv_scale": 3,
    "max_seg_size": 1448, "sack_enabled": 0, "sent_inflight_bytes": 17, "t_flags": 0,
    "t_segqlen": 1}


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def check(self, ok, what, detail=""):
        self.count += 1
        self.failed += not ok
        print(f"{'ok' if ok else 'not ok'} {self.count} - {what}")
        if not ok and detail:
            print(f"# {detail}")


def reader_checks(tap):
    log = siftrlog.parse(GOOD_LOG)
    tap.check(not log.errors, "a good log is accepted", f"{log.errors}")
    twice = siftrlog.parse(GOOD_LOG + GOOD_LOG)
    tap.check(not twice.errors and len(twice.runs) == 2, "two runs in one file are accepted")
    for name, break_it in DEFECTS.items():
        broken = break_it(GOOD_LOG)
        errors = siftrlog.parse(broken).errors
        tap.check(broken != GOOD_LOG and errors, f"found: {name}", "the reader accepts it")
    error = siftrlog.parse(DEFECTS["a leading zero"](GOOD_LOG)).errors[0]
    tap.check("line 2 column 15" in error, "an error names line and column", error)


def invariant_checks(tap):
    run = siftrlog.parse(GOOD_LOG).run
    bad = [what for ok, what, _ in log_invariants.checks(run) if not ok]
    tap.check(not bad, "a good log keeps the invariants", f"{bad}")
    for name, break_it in BROKEN_INVARIANTS.items():
        run = siftrlog.parse(GOOD_LOG).run
        break_it(run)
        tap.check(any(not ok for ok, _, _ in log_invariants.checks(run)), f"found: {name}",
                  "no invariant is broken by it")


def capture_checks(tap):
    packets = conversation()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "made-up.pcap"
        write_pcap(path, packets)
        read = pcap.read(path)
        path.write_bytes(path.read_bytes()[:-3])
        try:
            pcap.read(path)
            cut_off = False
        except pcap.PcapError:
            cut_off = True
    same = all(getattr(a, name) == getattr(b, name) for a, b in zip(packets, read)
               for name in ("time_us", "src", "sport", "dst", "dport", "seq", "ack", "flags",
                            "window", "payload", "options"))
    tap.check(same and len(read) == len(packets), "a capture is read as it was written")
    tap.check(cut_off, "found: a capture cut off")


def replay(packets, lines, budget=Budget()):
    conn, = tcp_connections.split("a", (CLIENT,), packets)
    return Replay(conn, lines, budget).run()


def replay_checks(tap):
    packets = conversation()
    path = replay(packets, lines_of(packets))
    tap.check(path.cost == 0 and not path.rest, "true lines agree with their capture",
              f"{path.wrongs()} {path.rest}")
    for column, value in WRONG_COLUMNS.items():
        lines = lines_of(packets)
        lines[2].values[column] = value
        found = {wrong[0] for wrong in replay(packets, lines).wrongs()}
        tap.check(found == {column}, f"found: {column} is wrong in one line", f"{found}")
    lines = lines_of(packets)
    lines[1].time_us += 5000000
    found = {wrong[0] for wrong in replay(packets, lines).wrongs()}
    tap.check("time" in found, "found: a line 5 s late", f"{found}")
    for gone, direction in ((0, "o"), (2, "i")):
        lines = lines_of(packets)
        assert lines[gone].direction == direction
        del lines[gone]
        path = replay(packets, lines)
        tap.check(path.rest or path.cost, f"found: a missing line, direction {direction}")
    lines = lines_of(packets)
    tap.check(replay(packets, lines + [lines[-1]]).cost, "found: a line too many")
    merge_checks(tap)


def merge_checks(tap):
    """Two inbound packets become one line only when the kernel's counter says so."""
    packets = conversation(split=True)
    lines = lines_of(conversation())
    path = replay(packets, lines, Budget(merged=1))
    tap.check(path.cost == 0 and path.merged == 1 and not path.rest,
              "packets merged in the backlog are recognised", f"{path.wrongs()} {path.rest}")
    path = replay(packets, lines)
    tap.check(path.rest or path.cost, "found: a line for two packets without a counted merge")
    lines = lines_of(conversation())
    del lines[2]
    path = replay(packets, lines, Budget(merged=1, lost_in=1))
    tap.check(path.cost == 1 and path.lost_in == 1 and path.merged == 1 and not path.rest,
              "a reported loss explains a missing line of merged packets",
              f"{path.wrongs()} {path.rest}")
    lines = lines_of(conversation())
    del lines[0]
    path = replay(conversation(), lines, Budget(lost_out=1))
    tap.check(path.cost == 1 and path.lost_out == 1, "a reported loss explains a missing line",
              f"{path.wrongs()} {path.rest}")


def ss_checks(tap):
    text = ("ESTAB 0 0 10.0.0.1:40000 10.0.0.2:80 skmem:(r0,rb131072,t0,tb46080,f0,w0,o0,bl0,d0)"
            " ts sack cubic wscale:7,7 rto:201 rtt:1.5/0.75 mss:1448 pmtu:1500 rcvmss:536"
            " advmss:1448 cwnd:10 bytes_sent:300 segs_out:3\n")
    line = line_of("o", 1700000000000700, snd_cwnd=14480, srtt=1500, rto=201000)
    found = list(ss_compare.agree([line], text, 1700000000000600))
    tap.check(len(found) == 8 and all(got == want for _, _, got, want in found),
              "a line agrees with ss", f"{found}")
    line.values["rto"] = 204000
    wrong = [column for _, column, got, want in ss_compare.agree([line], text, 0) if got != want]
    tap.check(wrong == ["rto"], "found: an rto that differs from ss", f"{wrong}")
    missing = list(ss_compare.agree([], text, 0))
    tap.check(missing[0][1] is None, "found: a socket of ss without a line")
    server = ss_compare.endpoint("[::ffff:10.0.0.2]:80")
    tap.check(server == (SERVER, 80), "ss's v4-mapped addresses are IPv4", f"{server}")


def sack_checks(tap):
    """An ACK of 100 whose sender holds 200 to 500."""
    held = (200, 500)
    for blocks, wanted, what in (
            ([held], [held], "a SACK block is of what is held"),
            ([(50, 100), held], [held], "a duplicate below the ACK is not held"),
            ([(300, 400), held], [held], "a duplicate of what is held is not held twice"),
            ([held, (700, 800)], [held, (700, 800)], "two blocks are two ranges")):
        packet = pcap.Packet(0, 0, CLIENT, 1, SERVER, 2, 0, 100, pcap.ACK, 0, 0,
                             {pcap.OPT_SACK: blocks})
        found = packet_flags.held_blocks(packet)
        tap.check(found == wanted, what, f"{found}")
        line, end = SimpleNamespace(direction="o"), SimpleNamespace(ooo=[held], held=300)
        total = sum(high - low for low, high in wanted)
        tap.check(column_compare.held(line, end, packet) == (total,), f"{what}, in bytes")


def lag_checks(tap):
    """A line 1.2 s after its packet, in a guest that waited a part of it for the host."""
    for waited, allowed in ((0.1, False), (0.3, True)):
        column_compare.held_up = lambda begin, end, seconds=waited: seconds
        tap.check((column_compare.lag_limit_us(1200000, 0) >= 1200000) == allowed,
                  f"1.2 s of lag, {waited} s of it the host's, is {'' if allowed else 'not '}allowed")
    column_compare.held_up = column_compare.not_held_up
    tap.check(column_compare.lag_limit_us(900000, 0) == column_compare.LAG_LIMIT_US,
              "a short lag asks for no waits of the guest")


RECOVERS = packet_flags.FASTRECOVERY | packet_flags.CONGRECOVERY


def pairs_of(steps):
    """(direction, t_flags, seq or ack, payload or SACK blocks, snd_una, snd_nxt) -> pairs."""
    for number, (direction, flags, at, what, una, nxt) in enumerate(steps):
        sent = direction == "o"
        packet = pcap.Packet(number, number, CLIENT, 1, SERVER, 2, at if sent else 0,
                             0 if sent else at, pcap.ACK, 0, what if sent else 0,
                             {} if sent else {pcap.OPT_SACK: what})
        yield SimpleNamespace(line=SimpleNamespace(direction=direction, number=number,
                                                   t_flags=flags),
                              packet=packet, end=SimpleNamespace(snd_una=una, snd_nxt=nxt))


def recovery_checks(tap):
    """Four segments of 100, followed by packets that report a hole or do not."""
    sent = [("o", 0, at, 100, 0, at) for at in (0, 100, 200, 300)]
    by_block = [("i", 0, 0, [(100, 200)], 0, 400), ("o", RECOVERS, 0, 100, 0, 400)]
    overtaken = [("o", 0, 0, 100, 0, 400), ("i", 0, 200, [], 0, 400),
                 ("o", RECOVERS, 200, 100, 200, 400)]
    in_order = [("i", 0, 200, [], 0, 400), ("o", RECOVERS, 200, 100, 200, 400)]
    nothing_left = overtaken[:1] + [("i", 0, 400, [], 0, 400), ("o", RECOVERS, 400, 100, 400, 400)]
    for steps, good, what in (
            (by_block, True, "a SACK block reports a hole"),
            (overtaken, True, "so does the arrival of a retransmission sent after it"),
            (in_order, False, "found: a recovery after an ACK in order"),
            (nothing_left, False, "found: a recovery with nothing left to recover")):
        wrong = packet_flags.Recoveries(pairs_of(sent + steps)).wrong
        tap.check(not wrong if good else wrong, what, f"{wrong}")


def late_checks(tap):
    """Four packets without a connection and three that met time-wait sockets."""
    counts = {TW: 1, LATE: 2, GONE: 4}
    for text, counted, no_listener in (("", 7, 0), (program_report.UNCOUNTED_LATE, 3, 4),
                                (program_report.UNCOUNTED_LATE, 5, 2),
                                (program_report.UNCOUNTED_LATE, 7, 0)):
        view = SimpleNamespace(result=SimpleNamespace(stderr_text=text))
        found = Verdict.no_listener(view, {"inpcb": counted, **counts})
        tap.check(found == no_listener, f"of four late packets {no_listener} met no listener", f"{found}")


def strayed_checks(tap):
    """Of three merged packets two are in connections that have lines."""
    for port, strayed in ((80, 1), (None, 0)):
        view = SimpleNamespace(port=port, hosts=("a", "b"), coalesced=lambda: 3, merged=lambda _: 1)
        tap.check(Verdict.strayed(view) == strayed,
                  f"port {port}: {strayed} merged among the connections without lines")


def unlocked_checks(tap):
    """Of a packet that two tracers saw, with what only the first saw of it."""
    row = {"time": "1.0", "snd_cwnd": "10", "segs_in": "3", "data_segs_in": "1", "segs_out": "3"}
    for changed, same in (({"time": "2.0"}, True), ({"segs_in": "4", "data_segs_in": "2"}, True),
                          ({"segs_out": "4"}, False), ({"snd_cwnd": "11"}, False)):
        equal = (field_rows.values_without(row, ("time",)) ==
                 field_rows.values_without(row | changed, ("time",)))
        tap.check(equal == same, f"two tracers {'may' if same else 'do not'} differ in {', '.join(changed)}")


def main():
    tap = Tap()
    for checks in (reader_checks, invariant_checks, capture_checks, replay_checks, ss_checks,
                   sack_checks, lag_checks, recovery_checks, late_checks, strayed_checks,
                   unlocked_checks, selftest_row_packets.checks, selftest_sent_again.checks,
                   selftest_tcp_model.checks):
        checks(tap)
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
