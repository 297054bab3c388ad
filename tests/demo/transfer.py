#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Trace one transfer between two hosts: two network namespaces joined by a bridge that delays and
drops. Usage: transfer.py SIFTR-BPF LOG LOSS [RATE] [CONGESTION-CONTROL], percent and Mbit/s, - for
what is not asked for; the accounting goes to stderr."""

import os
import signal
import socket
import subprocess
import sys
import time

MEGABYTES = 4
DELAY_MS = 10
PORT = 5001
SENDER, RECEIVER, MIDDLE = "siftr-sender", "siftr-receiver", "siftr-middle"
ADDRESS = {SENDER: "10.77.0.1", RECEIVER: "10.77.0.2"}

RECEIVE = f"""
import socket
s = socket.create_server(("{ADDRESS[RECEIVER]}", {PORT}))
print("listening", flush=True)
c, _ = s.accept()
while c.recv(1 << 20):
    pass
"""
SEND = f"""
import socket, sys
c = socket.socket()
if sys.argv[1] != "-":
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, sys.argv[1].encode())
c.connect(("{ADDRESS[RECEIVER]}", {PORT}))
c.sendall(bytes({MEGABYTES} << 20))
c.shutdown(socket.SHUT_WR)
c.recv(1)
"""


def ip(*words, check=True):
    subprocess.run(["ip", *words], check=check, stderr=None if check else subprocess.DEVNULL)


def inside(namespace, *command):
    return ["ip", "netns", "exec", namespace, *command]


def check_congestion_control(name):
    """Asking for it loads its module, where there is one."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, name.encode())
    except OSError as error:
        with open("/proc/sys/net/ipv4/tcp_available_congestion_control", encoding="ascii") as known:
            sys.exit(f"demo: the congestion control {name} cannot be had here ({error.strerror}); "
                     f"loaded are: {known.read().strip()}")


def queue(loss, rate):
    """The options of netem. With a rate the queue holds twice what the path does, at least 50 packets."""
    words = ["delay", f"{DELAY_MS}ms"]
    if loss != "-" and float(loss):
        words += ["loss", f"{loss}%"]
    if rate != "-":
        path = float(rate) * 1e6 / 8 * 2 * DELAY_MS / 1e3 / 1500
        words += ["rate", f"{rate}mbit", "limit", str(max(50, int(2 * path)))]
    return words


def join(host, words):
    """One leg from a host to the bridge; loss and delay act on the bridge's side."""
    port = "to-" + host.removeprefix("siftr-")[:8]
    ip("link", "add", "eth0", "netns", host, "type", "veth", "peer", "name", port, "netns", MIDDLE)
    ip("-n", host, "addr", "add", ADDRESS[host] + "/24", "dev", "eth0")
    # Small super-packets, so that each loss takes a segment or two, not 64 KiB of them.
    ip("-n", host, "link", "set", "eth0", "gso_max_segs", "2", "up")
    ip("-n", MIDDLE, "link", "set", port, "master", "bridge", "up")
    subprocess.run(["tc", "-n", MIDDLE, "qdisc", "add", "dev", port, "root", "netem", *words],
                   check=True)


def build(loss, rate):
    for namespace in (MIDDLE, SENDER, RECEIVER):
        ip("netns", "add", namespace)
    ip("-n", MIDDLE, "link", "add", "bridge", "type", "bridge", "forward_delay", "0")
    ip("-n", MIDDLE, "link", "set", "bridge", "up")
    join(SENDER, queue("-", "-"))
    join(RECEIVER, queue(loss, rate))


def tear_down():
    for namespace in (SENDER, RECEIVER, MIDDLE):
        ip("netns", "del", namespace, check=False)


def start_tracer(binary, log):
    tracer = subprocess.Popen([binary, "-o", log, "--port", str(PORT)])
    while not (os.path.exists(log) and os.path.getsize(log)):
        if tracer.poll() is not None:
            sys.exit(tracer.returncode)
        time.sleep(0.05)
    return tracer


def transfer(congestion):
    receiver = subprocess.Popen(inside(RECEIVER, sys.executable, "-c", RECEIVE),
                                stdout=subprocess.PIPE)
    receiver.stdout.readline()
    subprocess.run(inside(SENDER, sys.executable, "-c", SEND, congestion), check=True)
    receiver.wait()


def main(binary, log, loss, rate="-", congestion="-"):
    if congestion != "-":
        check_congestion_control(congestion)
    tear_down()
    build(loss, rate)
    try:
        tracer = start_tracer(binary, log)
        transfer(congestion)
        tracer.send_signal(signal.SIGINT)
        return tracer.wait()
    finally:
        tear_down()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
