"""How long the host kept a guest waiting for a processor. A guest cannot distinguish that from its own
time; the scheduler of the host can, so that no promise in seconds depends on the load of the host."""

import json
import threading
import time
from pathlib import Path

FILE = "held-up.json"
LOOK_SECONDS = 0.05
WORTH_NS = 1_000_000
# The guest sets its clock at boot from one that counts seconds.
CLOCKS_APART_SECONDS = 2


class Watch:
    """Watches the process `pid` from the start of the block to its end, then writes the file."""

    def __init__(self, pid, directory):
        self.pid, self.path = pid, Path(directory) / FILE
        self.waits = []  # (moment, nanoseconds waited before it)
        self.last = 0
        self.ended = threading.Event()
        self.worker = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self.worker.start()
        return self

    def __exit__(self, *failure):
        self.ended.set()
        self.worker.join()
        self.path.write_text(json.dumps(self.waits))

    def _watch(self):
        while not self.ended.wait(LOOK_SECONDS):
            waited = self._waited()
            if waited - self.last >= WORTH_NS:
                self.waits.append((round(time.time(), 3), waited - self.last))
                self.last = waited

    def _waited(self):
        """Nanoseconds that the thread of the guest's processors, or of one of them, has been runnable
        and not running: the second number of schedstat, as the kernel's scheduler/sched-stats
        document says."""
        waited = self.last
        for thread in Path(f"/proc/{self.pid}/task").glob("*"):
            try:
                if "TCG" in (thread / "comm").read_text():
                    waited = max(waited, int((thread / "schedstat").read_text().split()[1]))
            except (FileNotFoundError, ProcessLookupError):
                continue
        return waited


def seconds(directory, begin, end):
    """How long the guest of `directory` was held up between two moments of its clock."""
    try:
        waits = json.loads((Path(directory) / FILE).read_text())
    except FileNotFoundError:
        return 0.0
    first, last = begin - CLOCKS_APART_SECONDS, end + CLOCKS_APART_SECONDS
    return sum(waited for moment, waited in waits if first <= moment <= last) / 1e9
