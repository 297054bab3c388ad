"""The program under test, started and stopped."""

import os
import signal
import subprocess
import time
from pathlib import Path

from bed.waiting import PATIENCE

PROGRAM = "/usr/sbin/siftr-bpf"
READY_SECONDS = 40 * PATIENCE  # loading includes the kernel's verifier, under emulation
STOP_SECONDS = 20 * PATIENCE


def size_of(path):
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


class Tracer:
    """One running tracer. `log` is the path it writes, or None; `stderr` the path of its messages."""

    def __init__(self, argv, stdout, stderr, log, cwd):
        self.log, self.stderr = log, stderr
        self.exit = None
        self.signalled = self.stopping = False
        self.size_before = size_of(log) if log else 0
        with open(stderr, "wb") as messages:
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=stdout,
                                            stderr=messages, cwd=cwd)
        self.pid = self.process.pid

    def wait_ready(self):
        """Return once the header line is in the log."""
        deadline = time.monotonic() + READY_SECONDS
        while not self.has_header():
            if self.process.poll() is not None:
                raise RuntimeError(f"the tracer ended at once with code {self.process.returncode}:"
                                   f"\n{self.messages()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"no header line in {self.log} within {READY_SECONDS} s:"
                                   f"\n{self.messages()}")
            time.sleep(0.02)

    def has_header(self):
        """The header of a compressed log is its first frame, written at once."""
        if not str(self.log).endswith(".zst"):
            return bool(self.lines())
        return size_of(self.log) > self.size_before

    def lines(self):
        """The complete lines of the log so far."""
        try:
            text = Path(self.log).read_text(errors="replace")
        except FileNotFoundError:
            return []
        return text.split("\n")[:-1]

    def messages(self):
        return Path(self.stderr).read_text(errors="replace").strip()

    def signal(self, number):
        self.signalled = True
        self.stopping = self.stopping or number in (signal.SIGINT, signal.SIGTERM)
        os.kill(self.pid, number)

    def wait(self, timeout=STOP_SECONDS):
        """Its exit code; the negative signal number if a signal ended it, as in subprocess."""
        self.exit = self.process.wait(timeout)
        return self.exit

    def stop(self):
        """Stop it as Ctrl-C does, unless it has ended or been stopped: a second Ctrl-C would make it
        exit at once. Raises when it has to be killed."""
        if self.process.poll() is None:
            if not self.stopping:
                self.signal(signal.SIGINT)
            self.signal(signal.SIGCONT)
        try:
            self.wait()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.wait()
            raise RuntimeError(f"the tracer still ran {STOP_SECONDS} s after SIGINT:"
                               f"\n{self.messages()}") from None
        if self.exit < 0 and not self.signalled:
            raise RuntimeError(f"the tracer died of signal {-self.exit}:\n{self.messages()}")
        return self.exit
