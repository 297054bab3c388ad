"""Files of a run that root starts: they belong to the owner of their directory."""

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
from scenarios import stopping
from scenarios.privileges import NOBODY, once_confined
from scenarios.service import talk_for_a_while

ONE_KERNEL = True

USER = 1000


def owned_directory(name, owner=USER):
    """A directory of `owner` that can be reached by everybody."""
    directory = Path("/run", name)
    directory.mkdir()
    os.chown(directory, owner, owner)
    return directory


def owners(directory):
    return {path.name: [path.lstat().st_uid, path.lstat().st_gid] for path in directory.iterdir()}


def as_user(*words):
    """[exit code, output] of the program, run by the owner of the directory."""
    done = subprocess.run([PROGRAM, *map(str, words)], text=True, capture_output=True, user=USER,
                          group=USER, extra_groups=[], timeout=60 * PATIENCE)
    return [done.returncode, done.stdout + done.stderr]


@scenario
class FilesOfTheirs(Scenario):
    """Root starts the run; its files belong to the owner of the directory, also when it is killed."""

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
            code, stderr = facts[name]
            yield code == 0, f"their {name} succeeds", f"{code}: {stderr}"
        yield "from the checkpoint" in facts["repair"][1], "with the checkpoint", str(facts)


class Stopped:
    """The program under strace, stopped by a signal at each prctl(2). Dropping the privileges begins
    with dozens of them, before the user changes."""

    def __init__(self, bed, log):
        argv = ["strace", "-D", "-f", "-qq", "-o", bed.dir / "strace.txt", "-e", "trace=prctl",
                "-e", "inject=prctl:signal=SIGSTOP", PROGRAM, "-o", log]
        self.tracer = Tracer(list(map(str, argv)), None, bed.dir / "stopped.stderr", log, bed.dir)

    def until_confined(self, change, limit=60):
        """Continues the program from stop to stop; calls `change()` once the log has begun."""
        deadline, changed = time.monotonic() + limit * PATIENCE, False
        while privileges(self.tracer.pid)["Seccomp"] != "2":
            if time.monotonic() > deadline:
                raise TimeoutError(f"no filter within {limit * PATIENCE} s")
            if not changed and self.tracer.lines():
                change()
                changed = True
            # Only while it is stopped: a signal would interrupt the verifier of the kernel.
            if self.is_stopped():
                self.tracer.signal(signal.SIGCONT)

    def is_stopped(self, looks=5):
        """Stopped for longer than strace holds it at any system call."""
        for _ in range(looks):
            if privileges(self.tracer.pid)["State"][0] not in "Tt":
                return False
            time.sleep(0.01)
        return True


@scenario
class Exchanged(Scenario):
    """The owner of the directory replaces it by a link to a directory of root's."""

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
    """No file has to be created: neither a next log nor, in root's directory, the --stats file."""

    name = "root_becomes_nobody_where_the_log_goes_to_stdout"
    tracer = None

    def traffic(self, bed):
        self.keep(bed, "roots", owned_directory("roots-stats", 0))
        self.keep(bed, "theirs", owned_directory("their-stats"))

    @staticmethod
    def keep(bed, name, directory):
        tracer = bed.start_tracer(("--stats", str(directory / "stats.json")), log=None,
                                  stdout="siftr.log")
        bed.note(name, [once_confined(tracer)["Uid"].split(), unexplained_by(bed, tracer, directory),
                        owners(directory)])

    def judge(self, result):
        for name, user, owner in (("roots", NOBODY, 0), ("theirs", USER, USER)):
            uids, unexplained, left = result.facts[name]
            yield set(uids) == {str(user)}, f"{name}: it goes on as {user}", str(uids)
            yield unexplained == 0, f"{name}: the accounting is there and balances", str(unexplained)
            yield left == {"stats.json": [owner, owner]}, f"{name}: whose they are", str(left)


def unexplained_by(bed, tracer, directory):
    """Ends the run. Returns the packets that its accounting leaves unexplained."""
    talk_for_a_while(bed)
    tracer.stop()
    return json.loads((directory / "stats.json").read_text())["unexplained"]


@scenario
class StatsElsewhere(Scenario):
    """The user that the run continues as may not write the directory of the --stats file."""

    name = "a_stats_file_in_another_users_directory_than_the_logs_is_written"
    tracer = None
    capture = False

    def traffic(self, bed):
        for log_owner, stats_owner in ((USER, 0), (0, USER)):
            name = f"log-{log_owner}-stats-{stats_owner}"
            logs = owned_directory(f"{name}-log", log_owner)
            stats = owned_directory(name, stats_owner)
            tracer = bed.start_tracer(("--stats", str(stats / "stats.json")),
                                      log=str(logs / "siftr.log"))
            unexplained = unexplained_by(bed, tracer, stats)
            bed.note(name, [tracer.exit, unexplained, owners(stats)["stats.json"], stats_owner])

    def judge(self, result):
        for name, fact in result.facts.items():
            if not name.startswith("log-"):
                continue
            code, unexplained, owner, wanted = fact
            yield code == 0 and unexplained == 0, f"{name}: written", str(fact)
            yield owner == [wanted, wanted], f"{name}: the directory's owner's", str(fact)
