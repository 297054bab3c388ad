"""Counts the kprobe runs that the kernel suppressed, with probes of the bed on the functions that the
program hooks: either all probes of a function run or none."""

import os
import re
from pathlib import Path

TRACING = Path("/sys/kernel/tracing")
FUNCTIONS = ("tcp_rcv_established", "tcp_rcv_state_process", "__tcp_transmit_skb")


def way():
    """How the program attaches its hooks here, in its words: as it is forced to, or by typed kprobes
    where the kernel has them and may preempt a program."""
    force = os.environ.get("SIFTR_BPF_FORCE", "")
    if force.endswith("kprobe"):
        return force.replace("-", " ")
    if force == "hash":
        return "fentry"
    if not preemptible():
        return "fentry"
    symbols = Path("/proc/kallsyms").read_text()
    return "typed kprobe" if re.search(r" bpf_rdonly_cast$", symbols, re.M) else "fentry"


def preemptible():
    if "PREEMPT_RT" in os.uname().version:
        return True
    model = Path("/sys/kernel/debug/sched/preempt")
    try:
        return model.exists() and not re.search(r"\((none|voluntary)\)", model.read_text())
    except PermissionError:  # the kernel is locked down
        return "preempt=" in Path("/proc/cmdline").read_text()


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
