"""A strict reader of SIFTR 1.3.0 logs, written from the description of the format alone.

The reader accepts exactly what a log may contain and reports line and column of everything else.
Several runs may follow each other in one file.
"""

import re
import socket
from dataclasses import dataclass, field

HEADER_KEYS = ("enable_time_secs", "enable_time_usecs", "siftrver", "sysname", "sysver", "ipmode")
FOOTER_KEYS = (
    "disable_time_secs", "disable_time_usecs", "num_inbound_tcp_pkts", "num_outbound_tcp_pkts",
    "total_tcp_pkts", "num_inbound_skipped_pkts_malloc", "num_outbound_skipped_pkts_malloc",
    "num_inbound_skipped_pkts_tcpcb", "num_outbound_skipped_pkts_tcpcb",
    "num_inbound_skipped_pkts_inpcb", "num_outbound_skipped_pkts_inpcb",
    "total_skipped_tcp_pkts", "flow_list")
COLUMNS = (
    "direction", "time", "laddr", "lport", "faddr", "fport", "snd_ssthresh", "snd_cwnd",
    "t_flags2", "snd_wnd", "rcv_wnd", "snd_scale", "rcv_scale", "conn_state", "max_seg_size",
    "srtt", "sack_enabled", "t_flags", "rto", "snd_buf_hiwater", "snd_buf_cc", "rcv_buf_hiwater",
    "rcv_buf_cc", "sent_inflight_bytes", "t_segqlen", "flowid", "flowtype")
NUMBERS = COLUMNS[6:]
# C readers keep these header values in eight bytes.
SHORT_KEYS = ("siftrver", "sysname", "sysver", "ipmode")
LOGGED_STATES = range(4, 11)

CANONICAL = re.compile(r"0|[1-9][0-9]*")
DATA_TIME = re.compile(r"(0|[1-9][0-9]*)\.[0-9]{6}")
FLOW = re.compile(r"([0-9a-f.:]+);([0-9]+)-([0-9a-f.:]+);([0-9]+)")


@dataclass
class Line:
    """One data line; numbers are attributes named as the columns are."""
    number: int
    direction: str
    time_us: int
    laddr: str
    lport: int
    faddr: str
    fport: int
    values: dict

    def __getattr__(self, name):
        try:
            return self.__dict__["values"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def flow(self):
        """The 4-tuple as its own host sees it."""
        return (self.laddr, self.lport, self.faddr, self.fport)


@dataclass
class Run:
    """One header, its data lines and its footer."""
    first: int
    header: dict
    lines: list = field(default_factory=list)
    footer: dict = None
    flows: list = field(default_factory=list)


@dataclass
class Log:
    runs: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    @property
    def run(self):
        return self.runs[-1] if self.runs else None


def is_number(text, limit=0xFFFFFFFF):
    return bool(CANONICAL.fullmatch(text)) and int(text) <= limit


def is_address(text):
    """True for exactly the text inet_ntop would print."""
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    try:
        return socket.inet_ntop(family, socket.inet_pton(family, text)) == text
    except OSError:
        return False


def is_micros(text):
    return len(text) == 6 and text.isdigit() and text.isascii()


def pairs(line, keys):
    """(dict, error): TAB-separated key=value pairs in exactly this order."""
    parts = line.split("\t")
    if len(parts) != len(keys):
        return None, f"{len(parts)} pairs instead of {len(keys)}"
    values = {}
    for position, (part, key) in enumerate(zip(parts, keys), 1):
        name, equals, value = part.partition("=")
        if name != key or not equals:
            return None, f"pair {position} is {part[:40]!r}, not {key}"
        values[key] = value
    return values, None


def header_errors(values):
    if not is_number(values["enable_time_secs"]):
        yield "enable_time_secs is not a number"
    if not is_micros(values["enable_time_usecs"]):
        yield "enable_time_usecs is not six digits"
    for key in SHORT_KEYS:
        if not 1 <= len(values[key]) <= 7:
            yield f"{key} has {len(values[key])} characters, 1 to 7 are allowed"
    if values["siftrver"] != "1.3.0":
        yield f"siftrver is {values['siftrver']!r}, not 1.3.0"
    if not is_number(values["sysver"]):
        yield f"sysver is {values['sysver']!r}, not a number"
    if values["ipmode"] not in ("4", "6"):
        yield f"ipmode is {values['ipmode']!r}"


def footer_errors(values):
    for key in FOOTER_KEYS[:-1]:
        ok = is_micros(values[key]) if key == "disable_time_usecs" else (
            is_number(values[key], 2**64 - 1))
        if not ok:
            yield f"{key} is {values[key]!r}"
            return
    counts = {key: int(values[key]) for key in FOOTER_KEYS[2:-1]}
    if counts["num_inbound_tcp_pkts"] + counts["num_outbound_tcp_pkts"] != (
            counts["total_tcp_pkts"]):
        yield "total_tcp_pkts is not inbound + outbound"
    if sum(counts[key] for key in FOOTER_KEYS[5:11]) != counts["total_skipped_tcp_pkts"]:
        yield "total_skipped_tcp_pkts is not the sum of its parts"


def parse_flows(text):
    """(flows, error): `laddr;lport-faddr;fport,` repeated, or nothing at all."""
    if not text:
        return [], None
    if not text.endswith(","):
        return [], "flow_list does not end in a comma"
    flows = []
    for entry in text[:-1].split(","):
        match = FLOW.fullmatch(entry)
        if not match or not (is_address(match[1]) and is_address(match[3]) and
                             is_number(match[2], 65535) and is_number(match[4], 65535)):
            return flows, f"flow_list entry {entry[:80]!r}"
        flows.append((match[1], int(match[2]), match[3], int(match[4])))
    if len(set(flows)) != len(flows):
        return flows, "flow_list names a flow twice"
    return flows, None


def column_errors(columns):
    """(column number, what is wrong) for each defective column of a data line."""
    if columns[0] not in ("i", "o"):
        yield 1, f"direction {columns[0]!r}"
    if not DATA_TIME.fullmatch(columns[1]):
        yield 2, f"time {columns[1]!r}"
    for column in (3, 5):
        if not is_address(columns[column - 1]):
            yield column, f"address {columns[column - 1]!r}"
    for column in (4, 6):
        if not is_number(columns[column - 1], 65535):
            yield column, f"port {columns[column - 1]!r}"
    for column in range(7, len(COLUMNS) + 1):
        if not is_number(columns[column - 1]):
            yield column, f"{COLUMNS[column - 1]} {columns[column - 1]!r}"


def meaning_errors(line):
    if line.conn_state not in LOGGED_STATES:
        yield 14, f"state {line.conn_state} is never logged"
    if line.sack_enabled > 1:
        yield 17, f"sack_enabled {line.sack_enabled}"
    if line.flowid == 0:
        yield 26, "flowid 0 means a free slot to readers"
    if line.snd_cwnd > 0x7FFFFFFF:
        yield 8, f"snd_cwnd {line.snd_cwnd} is negative to signed readers"
    if line.snd_scale > 14 or line.rcv_scale > 14:
        yield 12, "window scale above 14"


def parse_line(number, text):
    """(Line, errors)"""
    columns = text.split(",")
    if len(columns) != len(COLUMNS):
        return None, [f"line {number}: {len(columns)} columns instead of {len(COLUMNS)}"]
    errors = [f"line {number} column {column}: {what}" for column, what in column_errors(columns)]
    if errors:
        return None, errors
    seconds, micros = columns[1].split(".")
    line = Line(number, columns[0], int(seconds) * 1000000 + int(micros), columns[2],
                int(columns[3]), columns[4], int(columns[5]),
                dict(zip(NUMBERS, map(int, columns[6:]))))
    return line, [f"line {number} column {column}: {what}" for column, what in meaning_errors(line)]


class Reader:
    """Takes line after line; a log is header, data..., footer, repeated."""

    def __init__(self):
        self.log = Log()
        self.open = False

    def error(self, number, what):
        self.log.errors.append(f"line {number}: {what}")

    def header(self, number, text):
        if self.open:
            self.error(number, "a header before the footer of the run before")
        values, error = pairs(text, HEADER_KEYS)
        if error:
            self.error(number, f"header: {error}")
        else:
            for what in header_errors(values):
                self.error(number, f"header: {what}")
        self.log.runs.append(Run(number, values))
        self.open = True

    def footer(self, number, text):
        if not self.open:
            self.error(number, "a footer without a header")
            return
        self.open = False
        values, error = pairs(text, FOOTER_KEYS)
        if error:
            self.error(number, f"footer: {error}")
            return
        for what in footer_errors(values):
            self.error(number, f"footer: {what}")
        self.log.run.footer = {key: int(value) for key, value in values.items()
                               if key != "flow_list" and value.isdigit()}
        self.log.run.flows, error = parse_flows(values["flow_list"])
        if error:
            self.error(number, f"footer: {error}")

    def data(self, number, text):
        if not self.open:
            self.error(number, "a data line outside a run")
            return
        line, errors = parse_line(number, text)
        self.log.errors.extend(errors)
        if line:
            self.log.run.lines.append(line)

    def feed(self, number, text):
        if text.startswith("enable_time_secs"):
            self.header(number, text)
        elif text.startswith("disable_time_secs"):
            self.footer(number, text)
        else:
            self.data(number, text)


def parse(text, complete=True):
    """The log in `text`. `complete`: the last run must have its footer."""
    reader = Reader()
    if not text:
        reader.log.errors.append("line 1: the log is empty")
        return reader.log
    if not text.isascii() or "\r" in text or "\0" in text:
        reader.log.errors.append("line 1: bytes that are not printable ASCII")
    if not text.endswith("\n"):
        reader.log.errors.append(f"line {text.count(chr(10)) + 1}: does not end in a newline")
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        reader.feed(number, line)
    if complete and reader.open:
        reader.error(text.count("\n"), "the last run has no footer")
    return reader.log
