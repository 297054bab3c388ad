"""tcpdump on one end of the link: the oracle for what was on the wire."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

from bed import namespaces, waiting
from bed.waiting import PATIENCE

SNAP_BYTES = 256
BUFFER_KIB = 32768
READY_SECONDS = 20 * PATIENCE
FLUSH_SECONDS = 0.1


class Capture:
    def __init__(self, host, directory):
        self.messages = Path(directory) / f"tcpdump-{host.name}.txt"
        self.file = f"{directory}/{host.name}.pcap"
        argv = ["tcpdump", "-i", host.dev, "-n", "-s", str(SNAP_BYTES), "-B", str(BUFFER_KIB),
                "--immediate-mode", "-U", "-Z", "root", "-w", self.file,
                "tcp or (ip6 and ip6[6] == 6)"]
        with open(self.messages, "wb") as messages, namespaces.inside(host.netns):
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=messages,
                                            stderr=messages)

    def wait_ready(self):
        deadline = time.monotonic() + READY_SECONDS
        while "listening on" not in self.text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"tcpdump did not start:\n{self.text()}")
            time.sleep(0.02)

    def stop(self):
        """Returns (packets captured, packets dropped), once it has read what the kernel has already
        queued for it."""
        waiting.comes_to_rest(lambda: os.path.getsize(self.file), FLUSH_SECONDS, READY_SECONDS)
        self.process.send_signal(signal.SIGINT)
        self.process.wait(READY_SECONDS)
        return self._count("captured"), self._count("dropped by kernel")

    def text(self):
        return self.messages.read_text(errors="replace")

    def _count(self, what):
        found = re.search(rf"(\d+) packets? {what}", self.text())
        if not found:
            raise RuntimeError(f"tcpdump did not say how many packets were {what}:\n{self.text()}")
        return int(found.group(1))
