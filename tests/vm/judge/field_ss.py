"""Compares captured fields with what ss says while no packet is under way: with the next row of each
socket, whose hook runs before its packet changes them."""

import re
from collections import defaultdict

from judge import column_tally, field_rows
from judge.ss_compare import endpoint

# Field: (pattern in ss, what ss means by leaving it out). The pattern has one group.
PLAIN = {
    "packets_out": (r"\bunacked:(\d+)", 0),
    "mss_cache": (r"[^a-z]mss:(\d+)", None),
    "retrans_out": (r"\bretrans:(\d+)/", 0),
    "total_retrans": (r"\bretrans:\d+/(\d+)", 0),
    "lost_out": (r" lost:(\d+)", 0),
    "sacked_out": (r"\bsacked:(\d+)", 0),
    "reordering": (r"\breordering:(\d+)", 3),
    "reord_seen": (r"\breord_seen:(\d+)", 0),
    "dsack_dups": (r"\bdsack_dups:(\d+)", 0),
    "icsk_backoff": (r"\bbackoff:(\d+)", 0),
    "bytes_sent": (r"\bbytes_sent:(\d+)", 0),
    "bytes_acked": (r"\bbytes_acked:(\d+)", 0),
    "bytes_received": (r"\bbytes_received:(\d+)", 0),
    "bytes_retrans": (r"\bbytes_retrans:(\d+)", 0),
    "segs_out": (r" segs_out:(\d+)", 0),
    "data_segs_out": (r"\bdata_segs_out:(\d+)", 0),
    "delivered": (r"\bdelivered:(\d+)", 0),
    "delivered_ce": (r"\bdelivered_ce:(\d+)", 0),
    "rcv_ssthresh": (r"\brcv_ssthresh:(\d+)", 0),
    "rcvq_space": (r"\brcv_space:(\d+)", 0),
    "sk_rmem_alloc": (r"skmem:\(r(\d+)", None),
}
# What a packet that is about to be sent, or has just come, has changed already.
INBOUND = {"cwnd_segs": (r" cwnd:(\d+)", None), "notsent_bytes": (r"\bnotsent:(\d+)", 0), "sk_wmem_queued": (r",w(\d+)", None)}
OUTBOUND = {"segs_in": (r" segs_in:(\d+)", 0), "data_segs_in": (r"\bdata_segs_in:(\d+)", 0)}
# In units of ss: milliseconds, and bits a second.
TIMES = {"busy_time": r"\bbusy:(\d+)ms", "rwnd_limited": r"\brwnd_limited:(\d+)ms",
         "sndbuf_limited": r"\bsndbuf_limited:(\d+)ms"}
RTTS = {"min_rtt": (r"\bminrtt:([\d.]+)", 0), "mdev_us": (r"\brtt:[\d.]+/([\d.]+)", 2),
        "rcv_rtt": (r"\brcv_rtt:([\d.]+)", 3)}


def find(pattern, text, default=None):
    found = re.search(pattern, text)
    return found[1] if found else default


def plain(row, text):
    patterns = {**PLAIN, **(INBOUND if row["direction"] == "i" else OUTBOUND)}
    for field, (pattern, default) in patterns.items():
        yield field, field_rows.number(row, field), int(find(pattern, text, default))


def scaled(row, text):
    for field, (pattern, shift) in RTTS.items():
        want, got = find(pattern, text), field_rows.number(row, field)
        yield (field, None if got is None else got >> shift,
               None if want is None else round(float(want) * 1000))
    for field, pattern in TIMES.items():
        # The packet to be sent has begun such a time.
        if row["direction"] == "i":
            yield field, field_rows.number(row, field) // 1000, int(find(pattern, text, 0))
    rate = field_rows.number(row, "pacing_rate")
    yield ("pacing_rate", None if rate is None else rate * 8,
           int(find(r"\bpacing_rate (\d+)bps", text, 0)) or None)
    interval = field_rows.number(row, "rate_interval_us")
    delivered = field_rows.number(row, "rate_delivered")
    mss = int(find(r"[^a-z]mss:(\d+)", text))
    yield ("rate_delivered, rate_interval_us",
           delivered * mss * 1000000 // interval * 8 if interval else 0,
           int(find(r"\bdelivery_rate (\d+)bps", text, 0)))


def judge(result, label, hosts):
    """Checks of each socket that ss showed at the moment `label`."""
    rows, compared, wrong = field_rows.parse(result.log_text), defaultdict(int), defaultdict(list)
    moment = result.facts[f"quiet-{label}"]
    sockets = 0
    for host in hosts:
        for text in (result.dir / f"ss-{label}-{host}.txt").read_text().splitlines():
            words = text.split()
            if "cwnd:" not in text:
                continue
            flow = endpoint(words[3]) + endpoint(words[4])
            row = next(row for row in rows if field_rows.flow_of(row) == flow and
                       round(float(row["time"]) * 1000000) > moment)
            sockets += 1
            for field, got, want in (*plain(row, text), *scaled(row, text)):
                compared[field] += 1
                if got != want:
                    wrong[field].append(f"{row['direction']} row {got}, ss {want}: {text}")
    yield sockets >= 2, f"{sockets} sockets at the moment {label}", ""
    for field in sorted(compared):
        column_tally.add(field, column_tally.SS, compared[field], len(wrong[field]))
        yield not wrong[field], f"{field} agrees with ss at the moment {label}", wrong[field][:1]
