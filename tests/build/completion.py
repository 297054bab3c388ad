#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Types lines into a real bash that has the completion file loaded, with TAB keys in them, and prints
the words that siftr-bpf is called with, one line of output for a line of input.

Usage: completion.py FILE <LINES

A line is what follows "siftr-bpf "; \\t in it is the TAB key."""

import os
import pty
import select
import sys

SECONDS = 600


def read_until(terminal, end):
    """What the terminal shows up to `end`."""
    shown = b""
    while end not in shown:
        if not select.select([terminal], [], [], SECONDS)[0]:
            sys.exit(f"bash shows nothing more after {shown!r}")
        shown += os.read(terminal, 4096)
    return shown[:shown.index(end)]


def main():
    pid, terminal = pty.fork()
    if not pid:
        os.environ.update(TERM="dumb", PS1="", INPUTRC="/dev/null", HISTFILE="")
        os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
    # Quotes split the marks, so that the echo of these lines has none.
    setup = (f". '{sys.argv[1]}'; bind 'set bell-style none'; "
             "siftr-bpf() { printf '<''<'; printf '[%s]' \"$@\"; printf '>''>'; }; printf '>''>'\r")
    os.write(terminal, setup.encode())
    read_until(terminal, b">>")
    for line in sys.stdin.read().splitlines():
        os.write(terminal, b"siftr-bpf " + line.replace("\\t", "\t").encode() + b"\r")
        print(read_until(terminal, b">>").split(b"<<")[-1].decode(), flush=True)
    os.close(terminal)
    os.waitpid(pid, 0)


main()
