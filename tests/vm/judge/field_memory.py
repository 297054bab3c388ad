"""Compares captured fields with the kernel's memory of the socket, by the kernel's own types: with the
next row of each socket, whose hook runs before its packet changes them."""

import json
from collections import defaultdict

from judge import column_tally, field_rows
from judge.kernel_types import Types

# Field: the kernel's member, in the structures that begin a tcp_sock.
ANY = {
    "lost": "lost",
    "undo_marker": "undo_marker",
    "undo_retrans": "undo_retrans",
    "high_seq": "high_seq",
    "prior_ssthresh": "prior_ssthresh",
    "tlp_high_seq": "tlp_high_seq",
    "ca_state": "icsk_ca_state",
    "icsk_retransmits": "icsk_retransmits",
    "icsk_pending": "icsk_pending",
    "ack_pending": "icsk_ack.pending",
    "rate_app_limited": "rate_app_limited",
    "pacing_status": "sk_pacing_status",
    "rttvar_us": "rttvar_us",
    "rack_rtt": "rack.rtt_us",
    "window_clamp": "window_clamp",
}
# What writing data has changed before its packet is sent.
INBOUND = {
    "app_limited": "app_limited",
    "is_cwnd_limited": "is_cwnd_limited",
    "chrono_type": "chrono_type",
}
ABSENT_AT_0 = ("undo_marker", "prior_ssthresh", "tlp_high_seq", "rack_rtt")
STRUCTURES = ("tcp_sock", "inet_connection_sock", "sock")


class Memory:
    def __init__(self, types, memory):
        self.types, self.bits = types, int.from_bytes(memory, "little")

    def get(self, member):
        for name in STRUCTURES:
            place = self.types.find(self.types.structs[name], member)
            if place:
                return self.bits >> place[0] & (1 << place[1]) - 1
        raise KeyError(member)

    def value(self, field, member):
        """What the field should be; None: absent."""
        value = self.get(member)
        if field == "undo_retrans" and (not self.get("undo_marker") or value >> 31):
            return None
        if field == "rttvar_us" and not self.get("srtt_us"):
            return None
        if field == "rate_app_limited" and not self.get("rate_interval_us"):
            return None
        return None if field in ABSENT_AT_0 and not value else value


def kernel_types(result):
    """The types of the kernel that the guest had, which only the host keeps."""
    from machine import kernels
    path = next(kernel.btf for kernel in kernels.table()
                if kernel.vmlinuz.exists() and kernel.release == result.release)
    return Types(path.read_bytes())


def judge(result, label, hosts, types):
    """Checks of each socket of these hosts that has a row after the moment `label`."""
    rows, compared, wrong = field_rows.parse(result.log_text), defaultdict(int), defaultdict(list)
    moment, sockets = result.facts[f"quiet-{label}"], 0
    for host in hosts:
        for flow, memory in json.loads(result.text(f"memory-{label}-{host}.json")):
            row = next((row for row in rows if list(field_rows.flow_of(row)) == flow and
                        round(float(row["time"]) * 1000000) > moment), None)
            if not row or not memory:
                continue
            sockets += 1
            kept = Memory(types, bytes.fromhex(memory))
            for field, member in {**ANY, **(INBOUND if row["direction"] == "i" else {})}.items():
                got, want = field_rows.number(row, field), kept.value(field, member)
                compared[field] += 1
                if got != want:
                    wrong[field].append(f"{row['direction']} row {got}, kernel {want}: {flow}")
    yield sockets > 0, f"{sockets} sockets at the moment {label}", ""
    for field in sorted(compared):
        column_tally.add(field, column_tally.MEMORY, compared[field], len(wrong[field]))
        yield (not wrong[field],
               f"{field} is what the kernel keeps at the moment {label}, {compared[field]} rows",
               "; ".join(wrong[field][:3]))
