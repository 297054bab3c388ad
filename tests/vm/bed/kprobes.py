"""Counts the kprobe runs that the kernel suppressed, with probes of the bed on the functions that the
program hooks: either all probes of a function run or none."""

import contextlib
import functools
import os
import re
from pathlib import Path

TRACING = Path("/sys/kernel/tracing")
FUNCTIONS = ("tcp_rcv_established", "tcp_rcv_state_process", "__tcp_transmit_skb")


PARANOID = Path("/proc/sys/kernel/perf_event_paranoid")
# What is put before a program that is to have the capabilities of the service.
AS_SERVICE = ("setpriv", "--bounding-set=-all,+bpf,+perfmon")


@contextlib.contextmanager
def paranoid(value):
    """Meanwhile perf_event_paranoid is `value`; above "2" Debian's kernels leave performance events, by which
    kprobes are attached, to CAP_SYS_ADMIN."""
    kept = PARANOID.read_text()
    PARANOID.write_text(value)
    try:
        yield
    finally:
        PARANOID.write_text(kept)


@functools.cache  # the kernel's symbols take a guest long to read
def way():
    """How the program attaches its hooks here, in its words: as it is forced to; else by typed kprobes
    where the kernel has them and may preempt a program, or by kprobes where it has no fentry."""
    force = os.environ.get("SIFTR_BPF_FORCE", "")
    if force.endswith("kprobe"):
        return force.replace("-", " ")
    if force == "hash":
        return "fentry"
    symbols = Path("/proc/kallsyms").read_text()
    fentry, typed = (re.search(rf" {symbol}\w*$", symbols, re.M)
                     for symbol in ("register_ftrace_direct", "bpf_rdonly_cast"))
    if fentry and not (typed and preemptible()):
        return "fentry"
    return "typed kprobe" if typed else "kprobe"


def preemptible():
    if re.search(r"\bPREEMPT(_RT)?\b", os.uname().version):
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
