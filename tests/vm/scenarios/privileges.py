"""What a tracer started by root keeps of root's power: nothing."""

import ctypes
import json
import os
import signal
import subprocess
import time
from pathlib import Path

from bed.scenario import Scenario, scenario
from bed.service import privileges
from bed.tracer import PROGRAM, Tracer
from bed.waiting import PATIENCE
from judge import common
from scenarios import stopping
from scenarios.service import NO_CAPABILITY, gave_all_up, talk_for_a_while

ONE_KERNEL = True

NOBODY = 65534
USER = 1000
UNTOLD = "does not tell whether it suppressed runs"
TELLING = (5, 12)  # the first kernel that counts suppressed runs


def once_confined(tracer, limit=10):
    """Its status once the filter, the last step, is there."""
    deadline = time.monotonic() + limit
    while (status := privileges(tracer.pid))["Seccomp"] != "2":
        if time.monotonic() > deadline:
            raise TimeoutError(f"no filter within {limit} s: {status}")
        time.sleep(0.01)
    return status


@scenario
class ByHand(Scenario):
    name = "root_keeps_no_capability_while_tracing"

    def traffic(self, bed):
        bed.note("privileges", once_confined(bed.tracer))
        talk_for_a_while(bed)

    def judge(self, result):
        status = result.facts["privileges"]
        yield from gave_all_up(status)
        yield status["CapBnd"] == NO_CAPABILITY, "the bounding set is empty", status["CapBnd"]
        yield set(status["Uid"].split()) == {"0"}, "the log's directory is root's, so is the process"
        yield from common.complete_run(result)


@scenario
class InAnothersDirectory(Scenario):
    name = "root_becomes_the_owner_of_the_logs_directory"
    tracer = None

    def traffic(self, bed):
        bed.note("release", os.uname().release)
        bed.note("forced", os.environ.get("SIFTR_BPF_FORCE"))
        theirs = bed.dir / "theirs"
        theirs.mkdir()
        os.chown(theirs, NOBODY, NOBODY)
        tracer = bed.start_tracer(log="theirs/siftr.log")
        bed.note("privileges", once_confined(tracer))
        talk_for_a_while(bed)
        tracer.stop()
        bed.save("siftr.log", (theirs / "siftr.log").read_bytes())
        bed.note("left", sorted(path.name for path in theirs.iterdir()))

    def judge(self, result):
        status = result.facts["privileges"]
        yield from gave_all_up(status)
        for identity in ("Uid", "Gid"):
            yield set(status[identity].split()) == {str(NOBODY)}, f"{identity} is theirs", str(status)
        yield result.facts["left"] == ["siftr.log"], "no other file is left", str(result.facts)
        release = tuple(int(part) for part in result.facts["release"].split(".")[:2])
        if release >= TELLING and result.facts["forced"] != "kprobe":
            yield (UNTOLD not in result.stderr_text,
                   "suppressed runs are still known where the kernel counts them",
                   result.stderr_text)
        yield from common.complete_run(result)


def owned_directory(name, owner=USER):
    """A directory of `owner` that can be reached by everybody."""
    directory = Path("/run", name)
    directory.mkdir()
    os.chown(directory, owner, owner)
    return directory


def owners(directory):
    return {path.name: [path.lstat().st_uid, path.lstat().st_gid] for path in directory.iterdir()}


def as_user(*words):
    """[exit code, what it said] of the program, run by the directory's owner."""
    done = subprocess.run([PROGRAM, *map(str, words)], text=True, capture_output=True, user=USER,
                          group=USER, extra_groups=[], timeout=60 * PATIENCE)
    return [done.returncode, done.stdout + done.stderr]


@scenario
class FilesOfTheirs(Scenario):
    """The run is root's, all that it leaves is the owner's of the directory, also when killed."""

    name = "every_file_of_a_run_belongs_to_the_directorys_owner"
    tracer = None
    capture = False

    def traffic(self, bed):
        theirs = owned_directory("theirs")
        log = theirs / "siftr.log"
        tracer = bed.start_tracer(log=str(log))
        once_confined(tracer)
        talk_for_a_while(bed)
        bed.note("at first", owners(theirs))
        log.rename(theirs / "siftr.log.1")
        tracer.signal(signal.SIGHUP)
        stopping.wait_for(lambda: log.exists() and log.stat().st_size, "next file")
        talk_for_a_while(bed)
        stopping.wait_for(lambda: tracer.lines()[3:], "lines")
        bed.note("rotated", owners(theirs))
        tracer.signal(signal.SIGKILL)
        tracer.wait()
        bed.note("killed", as_user("check", log))
        bed.note("repair", as_user("repair", log))
        second = bed.start_tracer(log=str(log))
        second.stop()
        bed.note("check", as_user("check", log, theirs / "siftr.log.1"))
        bed.note("left", owners(theirs))

    def judge(self, result):
        facts = result.facts
        for when, number in (("at first", 2), ("rotated", 3), ("left", 2)):
            yield len(facts[when]) == number, f"{when}: {number} files", str(facts[when])
            yield (all(ids == [USER, USER] for ids in facts[when].values()),
                   f"{when}: all files are theirs", str(facts[when]))
        yield facts["killed"][0] == 1, "their check finds the killed run", facts["killed"][1]
        for name in ("repair", "check"):
            code, said = facts[name]
            yield code == 0, f"their {name} succeeds", f"{code}: {said}"
        yield "from the checkpoint" in facts["repair"][1], "with the checkpoint", str(facts)


class Stopped:
    """The program under strace, stopped by a signal at each prctl(2). Giving up the privileges
    begins with dozens of them, before the user changes."""

    def __init__(self, bed, log):
        argv = ["strace", "-D", "-f", "-qq", "-o", bed.dir / "strace.txt", "-e", "trace=prctl",
                "-e", "inject=prctl:signal=SIGSTOP", PROGRAM, "-o", log]
        self.tracer = Tracer(list(map(str, argv)), None, bed.dir / "stopped.stderr", log, bed.dir)

    def until_confined(self, change, limit=60):
        """Let it go on from stop to stop; `change()` once it has begun the log."""
        deadline, changed = time.monotonic() + limit, False
        while privileges(self.tracer.pid)["Seccomp"] != "2":
            if time.monotonic() > deadline:
                raise TimeoutError(f"no filter within {limit} s")
            if not changed and self.tracer.lines():
                change()
                changed = True
            # Not while it runs: a signal interrupts the kernel's verifier.
            if self.is_stopped():
                self.tracer.signal(signal.SIGCONT)

    def is_stopped(self, looks=5):
        """For longer than strace holds it at any system call."""
        for _ in range(looks):
            if privileges(self.tracer.pid)["State"][0] not in "Tt":
                return False
            time.sleep(0.01)
        return True


@scenario
class Exchanged(Scenario):
    """The owner of the directory puts a link to one of root's in its place."""

    name = "a_directory_exchanged_before_the_drop_changes_nothing"
    tracer = None
    capture = False
    timeout = 200

    def traffic(self, bed):
        home, roots = owned_directory("home"), owned_directory("roots", 0)
        logs, moved = home / "logs", home / "moved"
        logs.mkdir()
        os.chown(logs, USER, USER)
        stopped = Stopped(bed, logs / "siftr.log")
        tracer = stopped.tracer

        def exchange():
            bed.note("before", privileges(tracer.pid)["Uid"].split())
            logs.rename(moved)
            logs.symlink_to(roots)
        stopped.until_confined(exchange)
        bed.note("privileges", once_confined(tracer))
        talk_for_a_while(bed)
        (moved / "siftr.log").rename(moved / "siftr.log.1")
        tracer.signal(signal.SIGHUP)
        stopping.wait_for(lambda: (moved / "siftr.log").exists() or any(roots.iterdir()), "file")
        tracer.stop()
        bed.note("exit", tracer.exit)
        bed.note("moved", owners(moved))
        bed.note("roots", owners(roots))

    def judge(self, result):
        facts = result.facts
        yield (set(facts.get("before", ())) == {"0"},
               "the directory was exchanged before the drop", str(facts))
        yield set(facts["privileges"]["Uid"].split()) == {str(USER)}, "it went on as their user", \
            str(facts)
        yield facts["exit"] == 0, "it ended well", str(facts)
        yield not facts["roots"], "root's directory has no new file", str(facts["roots"])
        yield (facts["moved"] == {name: [USER, USER] for name in ("siftr.log", "siftr.log.1")},
               "both files are in the directory that was named", str(facts["moved"]))


@scenario
class ToStdout(Scenario):
    """No file is to be made: neither a log's next nor, in root's directory, the books."""

    name = "root_becomes_nobody_where_the_log_goes_to_stdout"
    tracer = None

    def traffic(self, bed):
        self.keep(bed, "roots", owned_directory("roots-books", 0))
        self.keep(bed, "theirs", owned_directory("their-books"))

    @staticmethod
    def keep(bed, name, directory):
        tracer = bed.start_tracer(("--stats", str(directory / "books.json")), log=None,
                                  stdout="siftr.log")
        bed.note(name, [once_confined(tracer)["Uid"].split(), tracer_books(bed, tracer, directory),
                        owners(directory)])

    def judge(self, result):
        for name, user, owner in (("roots", NOBODY, 0), ("theirs", USER, USER)):
            uids, books, left = result.facts[name]
            yield set(uids) == {str(user)}, f"{name}: it goes on as {user}", str(uids)
            yield books == 0, f"{name}: the books are there and balance", str(books)
            yield left == {"books.json": [owner, owner]}, f"{name}: whose they are", str(left)


def tracer_books(bed, tracer, directory):
    """Ends the run; what its books leave unexplained."""
    talk_for_a_while(bed)
    tracer.stop()
    return json.loads((directory / "books.json").read_text())["unexplained"]


@scenario
class BooksElsewhere(Scenario):
    """The user whom the run goes on as has no right to the books' directory."""

    name = "books_in_another_users_directory_than_the_logs_are_written"
    tracer = None
    capture = False

    def traffic(self, bed):
        for log_owner, books_owner in ((USER, 0), (0, USER)):
            name = f"log-{log_owner}-books-{books_owner}"
            logs = owned_directory(f"{name}-log", log_owner)
            books = owned_directory(name, books_owner)
            tracer = bed.start_tracer(("--stats", str(books / "books.json")),
                                      log=str(logs / "siftr.log"))
            unexplained = tracer_books(bed, tracer, books)
            bed.note(name, [tracer.exit, unexplained, owners(books)["books.json"], books_owner])

    def judge(self, result):
        for name, fact in result.facts.items():
            if not name.startswith("log-"):
                continue
            code, unexplained, owner, wanted = fact
            yield code == 0 and unexplained == 0, f"{name}: written", str(fact)
            yield owner == [wanted, wanted], f"{name}: the directory's owner's", str(fact)


@scenario
class Landlocked(Scenario):
    """What this does is tested by tests/unit/test_sandbox.c; here, that the kernel is asked."""

    name = "a_process_that_stays_root_is_confined_to_the_logs_directory"
    tracer = None
    capture = False

    def traffic(self, bed):
        trace = bed.dir / "strace.txt"
        argv = ["strace", "-D", "-f", "-qq", "-o", trace, "-e", "trace=landlock_restrict_self",
                PROGRAM, "-o", bed.dir / "siftr.log"]
        tracer = Tracer(list(map(str, argv)), None, bed.dir / "tracer.stderr",
                        bed.dir / "siftr.log", bed.dir)
        once_confined(tracer, limit=60)
        # landlock_create_ruleset(2), asked for the version it offers
        bed.note("offered", ctypes.CDLL(None).syscall(444, None, 0, 1))
        log = bed.dir / "siftr.log"
        log.rename(bed.dir / "siftr.log.1")
        tracer.signal(signal.SIGHUP)
        stopping.wait_for(lambda: log.exists() and log.stat().st_size, "next file")
        bed.note("exit", tracer.stop())
        bed.note("trace", trace.read_text())

    def judge(self, result):
        facts = result.facts
        confined = facts["trace"].count("= 0")
        yield (confined == (1 if facts["offered"] > 0 else 0),
               "confined where the kernel offers it", str(facts))
        yield facts["exit"] == 0, "it still begins the next file, and ends well", str(facts)
