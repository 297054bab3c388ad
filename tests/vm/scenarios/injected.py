"""The program under strace, which makes each write to the files of a session fail in turn."""

import os
import signal
import subprocess
import time

from bed import nftables
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM, Tracer
from bed.waiting import LOOK_SECONDS
from judge import write_faults
from scenarios import stopping, talk

THOROUGH = True
ONE_KERNEL = True

NAMES = ("siftr.log", "siftr.log.1")
BURSTS = 2  # for each file; each is one write
MORE_BURSTS = 600  # after an error, at the most
SOON_SECONDS = 0.5  # the program tries again after half of that


class Session:
    """One run of the program with a rotation, its files in a directory of their own."""

    def __init__(self, bed, label, *strace):
        self.bed, self.label = bed, label
        self.directory = bed.dir / label
        self.directory.mkdir()
        self.log, self.old = (self.directory / name for name in NAMES)
        # -D: the process started is the program itself, which gets the signals and has the exit code.
        argv = ["strace", "-D", "-f", "-qq", "-o", self.directory / "strace.txt", "-P", self.log,
                "-P", self.old, "-e", "trace=write", *strace, PROGRAM, "-o", self.log]
        self.conversations, before = 0, self.packets()
        self.tracer = Tracer(list(map(str, argv)), None, self.directory / "tracer.stderr",
                             self.log, self.directory)
        try:
            self.play()
            self.tracer.wait()
        finally:
            if self.alive():
                self.tracer.process.kill()
        self.fact = {"exit": self.tracer.exit, "packets": self.packets() - before,
                     "conversations": self.conversations}

    def alive(self):
        return self.tracer.process.poll() is None

    def packets(self):
        return sum(sum(nftables.read(host).values()) for host in self.bed.hosts)

    def tell(self, number):
        """Unless it has ended by what was injected."""
        if self.alive():
            self.tracer.signal(number)

    def until(self, condition, what):
        stopping.wait_for(lambda: condition() or not self.alive(), what, limit=60)

    def play(self):
        self.until(self.tracer.lines, "header")
        self.converse()
        if not self.alive():
            return
        self.log.rename(self.old)
        self.tell(signal.SIGHUP)
        self.until(self.tracer.lines, "header of the next file")
        self.converse()
        self.tell(signal.SIGINT)

    def converse(self):
        """Bursts that are each followed by a write or by a report that one failed. Soon after an error
        the program counts lines as lost and makes no attempt: then more bursts follow, until it does."""
        for _ in range(BURSTS):
            before = self.burst()
            for _ in range(MORE_BURSTS):
                if not self.is_failing() or self.is_heard_soon(before):
                    break
                before = self.burst()
            self.until(lambda: self.heard() != before, "write of the burst")

    def burst(self):
        """The program is asleep during a burst, so that it writes the lines of the burst together. Returns
        what could be heard before these."""
        if not self.alive():
            return None
        self.tell(signal.SIGSTOP)
        client, server = talk.open_pair(self.bed)
        talk.exchange(client, server)
        talk.close_in_order(client, server)
        self.conversations += 1
        before = self.heard()
        self.tell(signal.SIGCONT)
        return before

    def is_failing(self):
        """Whether it has reported an error, and not that it writes again."""
        messages = self.tracer.messages()
        return self.alive() and messages.count("lines are lost") > messages.count("again;")

    def is_heard_soon(self, before):
        for _ in range(int(SOON_SECONDS / LOOK_SECONDS)):
            if self.heard() != before:
                return True
            time.sleep(LOOK_SECONDS)
        return False

    def heard(self):
        """What each write changes: the log or, when it fails, the program's messages."""
        return [path.stat().st_size if path.exists() else 0
                for path in (self.log, self.tracer.stderr)]

    def writes(self):
        return (self.directory / "strace.txt").read_text().count("write(")

    def files(self):
        """The files that are not empty, oldest first."""
        return [name for name in reversed(NAMES)
                if (self.directory / name).exists() and (self.directory / name).stat().st_size]

    def run(self, command, *words):
        done = subprocess.run([PROGRAM, command, *words, *self.files()], cwd=self.directory,
                              text=True, capture_output=True)
        return {"code": done.returncode, "output": done.stdout[-400:] + done.stderr[-400:]}

    def note(self):
        """The files that are left, and the result of `siftr-bpf check` on them."""
        self.fact["files"] = self.files()
        self.fact["check"] = self.run("check", "--ppl", "1") if self.files() else None
        self.fact["left"] = [name for name in os.listdir(self.directory)
                             if name.endswith(".checkpoint")]
        self.bed.note(self.label, self.fact)


def plain(bed):
    """How many writes a session makes when all goes well."""
    session = Session(bed, "plain", "--seccomp-bpf")
    session.note()
    bed.note("writes", session.writes())
    return session.writes()


class Injected(Scenario):
    tracer = None
    capture = False
    timeout = 400


@scenario
class Errors(Injected):
    name = "any_write_may_fail_with_any_error_and_nothing_is_lost_unnoticed"

    def traffic(self, bed):
        for number in range(1, plain(bed) + 1):
            for error in write_faults.ERRORS:
                Session(bed, write_faults.label(error, number), "--seccomp-bpf",
                        "-e", f"inject=write:error={error}:when={number}").note()

    def judge(self, result):
        yield from write_faults.errors(result)


@scenario
class Kills(Injected):
    name = "a_run_killed_at_any_write_is_repaired"

    def traffic(self, bed):
        for number in range(1, plain(bed) + 1):
            # With --seccomp-bpf, strace 6.1 injects no signals.
            session = Session(bed, write_faults.label("SIGKILL", number),
                              "-e", f"inject=write:signal=SIGKILL:when={number}")
            for name in session.files():
                bed.save(f"{session.label}/{name}.killed",
                         (session.directory / name).read_bytes())
            session.fact["repairs"] = [self.repair(session) for _ in range(2)]
            session.note()

    @staticmethod
    def repair(session):
        done = session.run("repair") if session.files() else {"code": 0, "output": "no log"}
        texts = [(session.directory / name).read_bytes() for name in session.files()]
        return {**done, "texts": hash(tuple(texts))}

    def judge(self, result):
        yield from write_faults.kills(result)
