"""The bed that a scenario's traffic() gets: two hosts, the tracer, and where to store results."""

import json
from pathlib import Path

from bed import nftables, waiting
from bed.capture import Capture
from bed.host import Host
from bed.tracer import PROGRAM, Tracer

TCP_COUNTERS = ("TcpInSegs", "TcpOutSegs", "TcpRetransSegs", "TcpOutRsts")


class Bed:
    def __init__(self, directory):
        self.dir = Path(directory)
        self.a, self.b = Host("a"), Host("b")
        self.hosts = (self.a, self.b)
        self.facts = {}
        self.tracer = None
        self.tracers = []
        self.captures = {}

    def start_tracer(self, args=(), stdout=None, log="siftr.log", ready=True, under=()):
        """Start a tracer, by the command `under` if there is one. `log` is a file of the results (or an
        absolute path) for its -o, None for no -o; `stdout` a file name in the results, or what Popen
        takes. With ready=True this returns once the header line is there, in the log or in the file
        that is its stdout."""
        number = len(self.tracers) + 1
        stderr = self.dir / ("tracer.stderr" if number == 1 else f"tracer-{number}.stderr")
        argv = [*under, PROGRAM, *(["-o", str(self.dir / log)] if log else []), *map(str, args)]
        shown = self.dir / log if log else None
        if isinstance(stdout, str):
            shown = shown or self.dir / stdout
            with open(self.dir / stdout, "wb") as opened:
                tracer = Tracer(argv, opened, stderr, shown, self.dir)
        else:
            tracer = Tracer(argv, stdout, stderr, shown, self.dir)
        self.tracers.append(tracer)
        self.tracer = tracer
        if ready and shown:
            tracer.wait_ready()
        return tracer

    def start_captures(self):
        self.captures = {host.name: Capture(host, self.dir) for host in self.hosts}
        for capture in self.captures.values():
            capture.wait_ready()

    def netem(self, host, settings):
        """Shape what `host` sends, with tc-netem options; its drops happen before the capture."""
        host.run(["tc", "qdisc", "replace", "dev", host.dev, "root", "netem", *settings.split()],
                 check=True)

    def settle(self, quiet=0.3, limit=5.0):
        """Wait until neither host has sent or received TCP for `quiet` seconds, which is longer than
        any delayed ACK; gives up after `limit`. Returns whether it became quiet."""
        def counts():
            read = [host.tcp_counters() for host in self.hosts]
            return [counted[key] for counted in read for key in TCP_COUNTERS]

        return waiting.comes_to_rest(counts, quiet, limit)

    def snapshot(self, label):
        for host in self.hosts:
            self.save(f"ss-{label}-{host.name}.txt", host.ss())

    def save(self, name, content):
        if isinstance(content, str):
            content = content.encode()
        (self.dir / name).write_bytes(content)

    def note(self, key, value):
        json.dumps(value)  # Fail here, so that the traceback shows the caller.
        self.facts[key] = value

    def save_counters(self, when):
        for host in self.hosts:
            self.save_host_counters(host, when)

    def save_host_counters(self, host, when):
        """"before" the first packet and "after" the last."""
        self.save(f"nstat-{host.name}-{when}.json", json.dumps(host.nstat()))
        if when == "before":
            nftables.install(host)
        else:
            self.save(f"nft-{host.name}.json", json.dumps(nftables.read(host)))
