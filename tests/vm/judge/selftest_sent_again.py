"""Tests the comparison of what was sent again: true rows and events pass, and each defect is found."""

from judge import sent_again
from judge.fixtures import CLIENT, SERVER
from judge.pcap import ACK, FIN, SYN, Packet

WRAP = 0xFFFFFFFF - 99  # the second segment of 100 begins at 0
LISTED = ("10.0.0.1:1 > 10.0.0.2:2, flow 7, cubic: 1.000s from 2023-11-14 22:13:20.000001 UTC\n"
          "  TIME (UTC)  COST  DURATION  EVENT  CAUSE\n")


def packet(seq, payload=100, flags=ACK):
    return Packet(0, 0, CLIENT, 1, SERVER, 2, seq & 0xFFFFFFFF, 0, flags, 0, payload)


def row(micros, seq, payload=100, again="1", flags=ACK):
    return {"time": f"1700000000.{micros:06}", "direction": "o", "seq": str(seq & 0xFFFFFFFF),
            "payload_len": str(payload), "tcp_flags": str(flags), "is_retransmit": again}


def event(micros, cause="recovery"):
    return f"  22:13:20.{micros:06}    156.6ms    156.6ms  retransmission          {cause}\n"


SENT = [packet(WRAP - 1, 0, SYN), *(packet(WRAP + at) for at in (0, 100, 200, 300)), packet(WRAP + 400, 0)]
ROWS = [row(10 + at, WRAP + at, again="0") for at in (0, 100, 200, 300)]
AGAIN = packet(WRAP + 100)
GOOD = {"packets": SENT + [AGAIN], "rows": ROWS + [row(500, WRAP + 100)], "part": LISTED + event(500)}
# What is changed in it, and whether the comparison allows that.
CASES = {
    "nothing sent again": (True, {"packets": SENT, "rows": ROWS, "part": "  No events.\n"}),
    "a segment sent again": (True, {}),
    "one of which the half is sent again": (True, {"packets": SENT + [packet(WRAP + 150, 50)],
                                                   "rows": ROWS + [row(500, WRAP + 150, 50)]}),
    "a FIN sent again": (True, {"packets": SENT + 2 * [packet(WRAP + 400, 0, ACK | FIN)],
                                "rows": ROWS + [row(500, WRAP + 400, 0, flags=ACK | FIN)]}),
    "a segment overtaken": (True, {"packets": SENT[:2] + [SENT[3], SENT[2], SENT[4], AGAIN]}),
    "a segment dropped before the capture": (True, {"packets": SENT[:2] + SENT[3:] + [AGAIN], "dropped": 1}),
    "one dropped when it is sent again": (True, {"packets": SENT, "dropped": 1}),
    "a packet without a row, as reported": (True, {"rows": ROWS, "part": "", "missed": 1}),
    "a packet without a row": (False, {"rows": ROWS, "part": ""}),
    "a row without a packet": (False, {"packets": SENT}),
    "a row of another segment": (False, {"rows": ROWS + [row(500, WRAP + 200)]}),
    "a row without an event": (False, {"part": LISTED}),
    "an event without a row": (False, {"part": LISTED + event(500) + event(600)}),
    "an event with its date": (True, {"part": LISTED + event(500).replace("  22", "  2023-11-14 22", 1)}),
    "an event on another day": (False, {"part": LISTED + event(500).replace("  22", "  2023-11-15 22", 1)}),
    "an event at another time": (False, {"part": LISTED + event(501)}),
    "an event without a cause": (False, {"part": LISTED + event(500, sent_again.UNKNOWN)}),
    "an event that was left out": (True, {"part": LISTED + "  1 more, of less cost\n"}),
    "more rows without an event than were left out": (False, {
        "packets": SENT + [AGAIN, packet(WRAP)], "rows": ROWS + [row(500, WRAP + 100), row(600, WRAP)],
        "part": LISTED + "  1 more, of less cost\n"}),
}


def checks(tap):
    for what, (allowed, change) in CASES.items():
        wrong = [said for good, said, _ in sent_again.compare(**{**GOOD, **change}) if not good]
        tap.check(bool(wrong) != allowed, what if allowed else f"found: {what}", f"{wrong}")
