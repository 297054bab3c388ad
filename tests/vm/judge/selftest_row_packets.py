"""Tests that each row of a connection finds its packets in the capture, also where some have no row."""

from judge.fixtures import SYN_OPTIONS, packet
from judge.pcap import ACK, SYN
from judge.row_packets import RowPackets

DATA = 1448


def server():
    """Four segments as their receiver sees them, of which it acknowledges the second twice."""
    return {"i": [packet("o", SYN, 1000, 0, 64240, options=SYN_OPTIONS),
                  packet("o", ACK, 1001, 9001, 502),
                  *(packet("o", ACK, 1001 + at * DATA, 9001, 502, DATA) for at in range(4))],
            "o": [packet("i", SYN | ACK, 9000, 1001, 65160, options=SYN_OPTIONS),
                  *(packet("i", ACK, 9001, 1001 + at * DATA, 500) for at in (1, 2, 2, 3, 4))]}


def row(direction, one, segs_out):
    return {"direction": direction, "seq": str(one.seq), "ack": str(one.ack),
            "payload_len": str(one.payload), "segs_out": str(segs_out)}


def rows_of(ways, without=()):
    """The rows that a true tracer has, but for those of the acknowledgements of these numbers."""
    rows = [row("i", one, 0) for one in ways["i"][2:]]
    return rows + [row("o", one, sent) for sent, one in enumerate(ways["o"][1:]) if sent not in without]


def found(ways, rows, suppressed):
    """Numbers of the first packets of the rows, and what could still be without a row."""
    left = {"i": 0, "o": suppressed}
    packets = RowPackets(ways, left)
    taken = [packets.take(one) for one in rows]
    return [at if of_row else None for at, of_row in taken], left["o"]


# Acknowledgements without a row, how many the program reports, where the sent rows are, what is left of the report.
CASES = (
    ("all have a row", (), 0, [1, 2, 3, 4, 5], 0),
    ("more are reported than have none", (), 3, [1, 2, 3, 4, 5], 3),
    ("the first has no row, as reported", (0,), 1, [2, 3, 4, 5], 0),
    ("the first two have no row, as reported", (0, 1), 2, [3, 4, 5], 0),
    ("the first of two equal ones has no row, as reported", (1,), 1, [1, 3, 4, 5], 0),
    ("the second of two equal ones has no row, as reported", (2,), 1, [1, 2, 4, 5], 0),
    ("the last but one has no row, as reported", (3,), 1, [1, 2, 3, 5], 0),
    ("the first has no row, and none is reported: the rows are compared with the wrong ones", (0,), 0,
     [1, 2, 3, 4], 0),
)


def checks(tap):
    for what, without, reported, wanted, left in CASES:
        got = found(server(), rows_of(server(), without), reported)
        tap.check(got == ([2, 3, 4, 5] + wanted, left), what, f"{got}")
    ways, rows = server(), rows_of(server())
    rows[1:3] = [row("i", packet("o", ACK, 1001 + DATA, 9001, 502, 2 * DATA), 0)]
    tap.check(found(ways, rows, 0)[0][:3] == [2, 3, 5], "a row of two packets that the backlog joined")
    again = server()
    again["i"].insert(0, again["i"][0])
    again["o"].insert(0, again["o"][0])
    tap.check(found(again, rows_of(server()), 0)[0] == [3, 4, 5, 6, 2, 3, 4, 5, 6],
              "a handshake of which both SYNs are sent again")
    stray = row("o", packet("i", ACK, 1, 1, 500, 7), 0)
    tap.check(found(server(), [stray], 0)[0] == [None], "found: a row without a packet")
