"""Compares the segments that a host sent again, as its capture shows them, with the rows of a table that
say so and with the events of `siftr-bpf why --events`."""

import datetime
import re
from collections import Counter

from judge.pcap import FIN, SYN
from judge.sequence import before, seq_max

# A connection's title has the date of its first line, and an event the date if it is another.
BEGIN = re.compile(r" from ([\d-]+) ([\d:]+)\.(\d{6}) UTC$", re.M)
EVENT = re.compile(r"^  (?:([\d-]+) )?([\d:]+)\.(\d{6})  .*?  retransmission  +(\S.*)$", re.M)
LEFT_OUT = re.compile(r"^  (\d+) more, of less cost", re.M)
UNKNOWN = "-"


def unix_us(date, time, micros):
    moment = datetime.datetime.fromisoformat(f"{date} {time}+00:00")
    return int(moment.timestamp()) * 10**6 + int(micros)


def begin_us(part):
    """Unix time of the first line of a flow by its title; 0 without one."""
    found = BEGIN.search(part)
    return unix_us(*found.groups()) if found else 0


def events(part):
    """(time in us, cause) of each retransmission that `why` lists for a flow."""
    begin = BEGIN.search(part)
    return [(unix_us(date or begin[1], time, micros), cause) for date, time, micros, cause in EVENT.findall(part)]


def left_out(part):
    """How many events it has only counted: it keeps the costliest."""
    return sum(int(count) for count in LEFT_OUT.findall(part))


def occupies(packet):
    """Whether it takes sequence numbers after the handshake, which can be sent again."""
    return not packet.has(SYN) and (packet.payload or packet.has(FIN))


def of_packets(packets, keeps_order):
    """(seq, end) of each packet that has been sent before: of which a part has been captured already,
    or, on a way that keeps order and drops packets before they are captured, less than what has."""
    held, highest, again = set(), None, []
    for packet in filter(occupies, packets):
        numbers = range(packet.end_seq - packet.seq & 0xFFFFFFFF)
        taken = {packet.seq + number & 0xFFFFFFFF for number in numbers}
        late = keeps_order and highest is not None and before(packet.seq, highest)
        if late or held & taken:
            again.append((packet.seq, packet.end_seq))
        held |= taken
        highest = packet.end_seq if highest is None else seq_max(highest, packet.end_seq)
    return again


def span(row):
    seq = int(row["seq"])
    return seq, seq + int(row["payload_len"]) + bool(int(row["tcp_flags"] or 0) & FIN) & 0xFFFFFFFF


def of_rows(rows):
    """(seq, end) and time in us of each row of a packet that was sent again."""
    for row in rows:
        if row["direction"] == "o" and row["is_retransmit"] == "1":
            seconds, micros = row["time"].split(".")
            yield span(row), int(seconds) * 10**6 + int(micros)


def compare(packets, rows, part, missed=0, dropped=0):
    """Yields checks of one flow: its captured packets, its rows, and what `why` says of it. `missed`: packets
    that may lack a row. `dropped`: packets that its queue dropped before the capture."""
    rows = list(of_rows(rows))
    wire = Counter(of_packets(packets, keeps_order=dropped > 0))
    logged = Counter(where for where, _ in rows)
    lacking, excess = sum((wire - logged).values()), sum((logged - wire).values())
    yield (lacking <= missed and excess <= dropped,
           f"{sum(wire.values())} packets sent again in the capture have their rows",
           f"{wire - logged} without a row, allowed {missed}; {logged - wire} not captured, allowed {dropped}")
    listed = events(part)
    times, logged_times = Counter(time for time, _ in listed), Counter(time for _, time in rows)
    unlisted, unfounded = sum((logged_times - times).values()), times - logged_times
    yield (not unfounded and unlisted <= left_out(part),
           f"{len(listed)} events, and {unlisted} less costly, are the rows of what was sent again",
           f"{unfounded} without a row, rows {logged_times}, left out {left_out(part)}")
    causeless = [time for time, cause in listed if cause == UNKNOWN]
    yield not causeless, "each has its cause", f"{causeless}"
