#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Trace one transfer with 1 % loss between two hosts: two network namespaces joined by a bridge
that delays and drops. Usage: transfer.py SIFTR-BPF LOG; the books go to stderr."""

import os
import signal
import subprocess
import sys
import time

MEGABYTES = 4
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
import socket
c = socket.create_connection(("{ADDRESS[RECEIVER]}", {PORT}))
c.sendall(bytes({MEGABYTES} << 20))
c.shutdown(socket.SHUT_WR)
c.recv(1)
"""


def ip(*words, check=True):
    subprocess.run(["ip", *words], check=check, stderr=None if check else subprocess.DEVNULL)


def inside(namespace, *command):
    return ["ip", "netns", "exec", namespace, *command]


def join(host):
    """One leg from a host to the bridge; loss and delay act on the bridge's side."""
    port = "to-" + host.removeprefix("siftr-")[:8]
    ip("link", "add", "eth0", "netns", host, "type", "veth", "peer", "name", port, "netns", MIDDLE)
    ip("-n", host, "addr", "add", ADDRESS[host] + "/24", "dev", "eth0")
    # Small super-packets, so that each loss takes a segment or two, not 64 KiB of them.
    ip("-n", host, "link", "set", "eth0", "gso_max_segs", "2", "up")
    ip("-n", MIDDLE, "link", "set", port, "master", "bridge", "up")
    loss = ["loss", "1%"] if host == RECEIVER else []
    subprocess.run(["tc", "-n", MIDDLE, "qdisc", "add", "dev", port, "root", "netem",
                    "delay", "10ms", *loss], check=True)


def build():
    for namespace in (MIDDLE, SENDER, RECEIVER):
        ip("netns", "add", namespace)
    ip("-n", MIDDLE, "link", "add", "bridge", "type", "bridge", "forward_delay", "0")
    ip("-n", MIDDLE, "link", "set", "bridge", "up")
    join(SENDER)
    join(RECEIVER)


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


def transfer():
    receiver = subprocess.Popen(inside(RECEIVER, sys.executable, "-c", RECEIVE),
                                stdout=subprocess.PIPE)
    receiver.stdout.readline()
    subprocess.run(inside(SENDER, sys.executable, "-c", SEND), check=True)
    receiver.wait()


def main(binary, log):
    tear_down()
    build()
    try:
        tracer = start_tracer(binary, log)
        transfer()
        tracer.send_signal(signal.SIGINT)
        return tracer.wait()
    finally:
        tear_down()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
