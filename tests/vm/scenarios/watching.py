"""The live view of a traced host: `siftr-bpf top` names what limits each of several connections."""

import json
import os
import re
import signal
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

from bed import waiting
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from judge import common
from scenarios import gallery_paths, pathology, talk

TABLE = "top.jsonl"
TMUX = "/usr/bin/tmux"
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
    """A connection that is limited in one way until all have been seen so. Then both ends reset it: what
    it still holds could take minutes, and a reset can be lost."""

    over = threading.Event()
    begin = None  # when that began, in Unix time
    limits = ()   # its names

    def send(self, client):
        self.begin = time.time()
        client.settimeout(0.2)
        while not self.over.is_set():
            self.step(client)

    def step(self, client):
        try:
            client.send(bytes(20_000))
        except TimeoutError:
            pass

    def receive(self, server):
        server.settimeout(0.2)
        while not self.over.is_set():
            try:
                server.recv(1 << 16)
            except TimeoutError:
                pass

    def play_sender(self, sock):
        end_by_reset(self.send, sock)

    def play_receiver(self, sock):
        end_by_reset(self.receive, sock)


def end_by_reset(play, sock):
    try:
        play(sock)
    except (ConnectionResetError, BrokenPipeError):
        pass  # the other end came first
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


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
    """Paced, so that the kernel counts the buffer as full, see scenarios/pathologies.py, and written to in
    calls that wait in the kernel; the other end's reset ends them."""

    limits = ("send_buffer",)
    band = "far"
    send_buffer = 8192

    def send(self, client):
        client.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, 1_000_000)
        self.begin = time.time()
        while not self.over.is_set():
            client.sendall(bytes(1 << 20))


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
    one_kernel = True
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


@scenario
class OnATerminal(Scenario):
    """The same on a terminal, which is left as it was by SIGTERM."""

    name = "top_draws_what_limits_each_connection_and_leaves_the_terminal_as_it_was"
    one_kernel = True
    tracer = None
    capture = False
    programs = (TMUX,)
    timeout = 120

    def traffic(self, bed):
        def tmux(*words):
            environment = {**os.environ, "LANG": "C.UTF-8"}
            return subprocess.run([TMUX, "-S", f"{bed.dir}/tmux", "-f", "/dev/null", *words], env=environment,
                                  check=True, text=True, capture_output=True).stdout

        def screen():
            return tmux("capture-pane", "-p")

        def shows(*texts):
            return lambda: any(text in screen() for text in texts)

        tmux("new-session", "-d", "-x", "80", "-y", "24",
             f"cd {bed.dir}; stty -g >before; {PROGRAM} top --port {PORTS} 2>messages; echo EXIT $?;"
             " stty -g >after; sleep 1000")
        waiting.wait_for(shows("LIMITED BY"), "screen")
        workers = begin_all(bed)
        for port, connection in BY_PORT.items():
            waiting.wait_for(lambda shown=shown_limits(port, connection): shown(screen()), f"limit of port {port}")
        bed.note("list", screen())
        tmux("send-keys", "Home", "Enter")
        waiting.wait_for(shows("srtt, up to"), "page")
        bed.note("page", screen())
        shell = tmux("display", "-p", "#{pane_pid}").strip()
        os.kill(int(Path(f"/proc/{shell}/task/{shell}/children").read_text()), signal.SIGTERM)
        waiting.wait_for(shows("EXIT 0"), "end")
        bed.note("alternate", tmux("display", "-p", "#{alternate_on}").strip())
        waiting.wait_for(lambda: bool((bed.dir / "after").exists() and (bed.dir / "after").read_text()), "modes")
        end_all(workers)
        tmux("kill-server")

    def judge(self, result):
        yield not result.error, "each connection's limit is drawn", str(result.error)
        page = result.facts.get("page", "")
        yield "cwnd (bars)" in page and "delivered (bars)" in page, "a page has plots", page
        yield result.facts.get("alternate") == "0", "the terminal shows what it did before"
        yield result.text("before") == result.text("after"), "the terminal's modes are those from before"
        yield ("where every packet went" in result.text("messages"), "the accounting is printed at the end",
               result.text("messages"))


TEXTS = {"application": "application", "receive_window": "receive window", "zero_window": "zero window",
         "send_buffer": "send buffer", "recovery": "recovery", "rto_wait": "RTO wait", "probe_wait": "tail loss probe"}


def shown_limits(port, connection):
    """Whether the line of the sender to that port has one of the connection's limits."""
    texts = "|".join(TEXTS[limit] for limit in connection.limits)
    return re.compile(rf"10\.0\.0\.2:{port} .*({texts})").search
