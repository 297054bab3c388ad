"""How long the kernel of the guest waits for all its tasks before it lets go of a hooked function. Where
it can preempt a task in a hook, every hook's end takes such a grace period of RCU Tasks; a function
tracer's end takes one as well (ftrace_shutdown(), kernel/trace/ftrace.c), without any BPF program."""

import time
from pathlib import Path

INSTANCE = Path("/sys/kernel/tracing/instances/grace_period")
FUNCTION = "tcp_v4_rcv"
PERIODS = 8  # some take five times as long as others


def seconds():
    """The mean of PERIODS grace periods."""
    INSTANCE.mkdir()
    try:
        (INSTANCE / "set_ftrace_filter").write_text(FUNCTION)
        return sum(_one() for _ in range(PERIODS)) / PERIODS
    finally:
        INSTANCE.rmdir()


def _one():
    tracer = INSTANCE / "current_tracer"
    tracer.write_text("function")
    begin = time.monotonic()
    tracer.write_text("nop")
    return time.monotonic() - begin
