"""Counts the kprobe runs that the kernel suppressed, with probes of the bed on the functions that the
program hooks: either all probes of a function run or none."""

from pathlib import Path

TRACING = Path("/sys/kernel/tracing")
FUNCTIONS = ("tcp_rcv_established", "tcp_rcv_state_process", "__tcp_transmit_skb")


def forced(force):
    """Whether the fallback `force` of a test build attaches by kprobes."""
    return force is not None and force.endswith("kprobe")


def watch():
    with open(TRACING / "kprobe_events", "w") as events:
        for function in FUNCTIONS:
            events.write(f"p:oracle/{function} {function}\n")
    (TRACING / "events/oracle/enable").write_text("1")


def missed():
    """function -> runs suppressed since watch(); empty without watch() or permission to read."""
    try:
        text = (TRACING / "kprobe_profile").read_text()
    except PermissionError:  # the kernel is locked down
        return {}
    rows = (line.split() for line in text.splitlines())
    return {name: int(count) for name, _, count in rows if name in FUNCTIONS}
