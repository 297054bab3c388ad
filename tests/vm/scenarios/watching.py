"""The live view of a traced host: `siftr-bpf top` names what limits each of several connections."""

import json
import socket
import threading
import time

from bed import waiting
from bed.scenario import Scenario, scenario
from judge import common
from scenarios import gallery_paths, pathology, talk

TABLE = "top.jsonl"
SNAPSHOTS = 8  # that are taken while all connections are limited
PROMISED_SECONDS = 2
SO_MAX_PACING_RATE = 47
LOSSY_PORT = 5105
LOSSES = f"""
table ip losing {{
    chain received {{
        type filter hook prerouting priority -300;
        tcp dport {LOSSY_PORT} numgen inc mod 3 == 2 drop
    }}
}}
"""


class Endless(pathology.Pathology):
    """A connection that is limited in one way until all have been seen so."""

    over = threading.Event()
    begin = None  # when that began, in Unix time
    limits = ()   # its names

    def send(self, client):
        self.begin = time.time()
        client.settimeout(0.2)
        while not self.over.is_set():
            self.step(client)
        client.settimeout(None)

    def step(self, client):
        try:
            client.send(bytes(20_000))
        except TimeoutError:
            pass

    def receive(self, server):
        """The rest is read until the end."""


class Application(Endless):
    limits = ("application",)

    def step(self, client):
        client.send(bytes(2000))
        time.sleep(0.1)


class SmallReceiveBuffer(Endless):
    limits = ("receive_window",)
    receive_buffer = 8192


class NoReader(Endless):
    limits = ("zero_window",)
    receive_buffer = 16384

    def receive(self, server):
        self.over.wait()


class SmallSendBuffer(Endless):
    """Paced, so that the kernel counts the buffer as full: see scenarios/pathologies.py."""

    limits = ("send_buffer",)
    band = "far"
    send_buffer = 8192

    def send(self, client):
        client.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, 1_000_000)
        super().send(client)


class Lossy(Endless):
    limits = ("recovery", "rto_wait", "probe_wait")


class Blackout(Endless):
    limits = ("rto_wait",)

    def send(self, client):
        client.sendall(bytes(30_000))
        waiting.wait_for(lambda: not pathology.unsent(client), "acknowledgement")
        gallery_paths.lose(client, self.band, True)
        self.begin = time.time()
        client.sendall(bytes(10_000))
        self.over.wait()
        gallery_paths.lose(client, self.band, False)


BY_PORT = {5101: Application(), 5102: SmallReceiveBuffer(), 5103: NoReader(), 5104: SmallSendBuffer(),
           LOSSY_PORT: Lossy(), 5106: Blackout()}


PORTS = f"{min(BY_PORT)}-{max(BY_PORT)}"


def begin_all(bed):
    """Returns once each connection is limited."""
    gallery_paths.build(bed)
    bed.b.run(["nft", "-f", "-"], input=LOSSES, check=True)
    Endless.over.clear()
    for connection in BY_PORT.values():
        connection.begin = None
    workers = [talk.Worker(connection.run, bed, port) for port, connection in BY_PORT.items()]
    waiting.wait_for(lambda: all(connection.begin for connection in BY_PORT.values()), "all connections")
    return workers


def end_all(workers):
    Endless.over.set()
    for worker in workers:
        worker.result()


@scenario
class Watching(Scenario):
    name = "top_names_what_limits_each_connection_within_two_seconds"
    tracer = None
    timeout = 120

    def traffic(self, bed):
        tracer = bed.start_tracer(["top", "--json", "--port", PORTS], stdout=TABLE, log=None)
        workers = begin_all(bed)
        wanted = len(tracer.lines()) + SNAPSHOTS
        waiting.wait_for(lambda: len(tracer.lines()) >= wanted, "snapshots")
        end_all(workers)
        tracer.stop()
        bed.note("begin", {port: connection.begin for port, connection in BY_PORT.items()})

    def judge(self, result):
        yield from common.ran_well(result)
        snapshots = [json.loads(line) for line in result.text(TABLE).splitlines()]
        yield all(not snapshot["lost"] for snapshot in snapshots), "no packet is lost", snapshots[-1:]
        for port, connection in BY_PORT.items():
            yield from named(result, snapshots, port, connection)


def named(result, snapshots, port, connection):
    """The limit of the sender is the one that was made, soon and then most of the time."""
    begin = result.facts["begin"][str(port)]
    kind = type(connection).__name__
    seen = [(snapshot["time"] - begin, line["limit"]) for snapshot in snapshots
            for line in snapshot["connections"] if line["fport"] == port and snapshot["time"] > begin]
    first = next((seconds for seconds, limit in seen if limit in connection.limits), None)
    allowed = PROMISED_SECONDS + (result.held_up(begin, begin + first) if first else 0)
    yield (first is not None and first <= allowed,
           f"{kind}: named within {PROMISED_SECONDS} s", f"{first} s, allowed {allowed:.3f} s: {seen}")
    later = [limit in connection.limits for seconds, limit in seen if first and seconds >= first][:SNAPSHOTS - 2]
    yield (2 * sum(later) > len(later), f"{kind}: {' or '.join(connection.limits)} most of the time", str(seen))
