"""Compares `ss -tinm`, taken while no packet is under way, with the next line of each socket: values
that no packet shows."""

import re

INFINITE_SSTHRESH = 1073725440
INT32_MAX = 0x7FFFFFFF


def endpoint(text):
    """(address, port) of ss's column; v4-mapped addresses are IPv4."""
    address, _, port = text.rpartition(":")
    address = address.strip("[]").partition("%")[0].removeprefix("::ffff:")
    return address, int(port)


def number(pattern, text, default=None):
    found = re.search(pattern, text)
    return float(found[1]) if found else default


def parse_socket(text):
    """(flow, the columns this socket's next line must show) or None for listeners and the like."""
    words = text.split()
    if len(words) < 5 or words[0] in ("LISTEN", "TIME-WAIT", "UNCONN"):
        return None
    if number(r"\bcwnd:(\d+)", text) is None:
        return None
    flow = endpoint(words[3]) + endpoint(words[4])
    mss = int(number(r"[^a-z]mss:(\d+)", text))
    ssthresh = number(r"\bssthresh:(\d+)", text)
    return flow, {
        "snd_cwnd": min(int(number(r"\bcwnd:(\d+)", text)) * mss, INT32_MAX),
        "snd_ssthresh": INFINITE_SSTHRESH if ssthresh is None else int(ssthresh) * mss,
        "srtt": round(number(r"\brtt:([\d.]+)/", text, 0) * 1000),
        "rto": round(number(r"\brto:([\d.]+)", text) * 1000),
        "snd_buf_hiwater": int(number(r",tb(\d+)", text)),
        "rcv_buf_hiwater": int(number(r",rb(\d+)", text)),
        "snd_buf_cc": int(words[2]),
        "rcv_buf_cc": int(words[1]),
    }


def sockets(text):
    found = filter(None, map(parse_socket, text.splitlines()))
    return dict(found)


def agree(lines, ss_text, moment_us):
    """(flow, column, got, want) for each socket; column None: the socket has no line after."""
    for flow, wanted in sockets(ss_text).items():
        line = next((x for x in lines if x.flow == flow and x.time_us > moment_us), None)
        if line is None:
            yield flow, None, None, None
            continue
        for column, want in wanted.items():
            if column == "snd_buf_cc" and line.direction == "o":
                # Its data, and perhaps more, was written after the snapshot.
                want = max(line.snd_buf_cc, want + line.sent_inflight_bytes)
            yield flow, column, getattr(line, column), want
