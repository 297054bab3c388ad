"""Messages and exit codes of the program where it cannot trace or cannot write."""

import os
import signal
import subprocess

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import PATIENCE

ONE_KERNEL = True

NOBODY = 65534
LIMIT = 30 * PATIENCE
EMPTY = "/tmp/empty"
NO_BTF = f"mount --bind {EMPTY} /sys/kernel/btf && exec"


def without_btf(*words):
    """The command line of the program with these words, on a host that hides its types."""
    os.makedirs(EMPTY, exist_ok=True)
    return ["unshare", "-m", "sh", "-c", " ".join((NO_BTF, PROGRAM, *words))]


class Refused(Scenario):
    """Runs the program to its end and keeps its messages."""

    tracer = None
    capture = False

    def attempt(self, bed, argv, **options):
        # A program that traces after all is stopped, so that its exit code shows it.
        argv = ["timeout", "-s", "INT", str(LIMIT), *argv]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=2 * LIMIT, **options)
        bed.note("code", done.returncode)
        bed.note("stderr", done.stderr)
        bed.note("stdout", done.stdout)

    def judge(self, result):
        code, stderr = result.facts["code"], result.facts["stderr"]
        yield code == self.code, f"exit code {self.code}", f"{code}: {stderr}"
        yield self.word in stderr, f"the message names '{self.word}'", stderr
        yield not result.facts["stdout"], "nothing on stdout", result.facts["stdout"]
        lines = stderr.strip().splitlines()
        yield 1 <= len(lines) <= 3, "a short message", stderr


@scenario
class NotRoot(Refused):
    name = "without_privilege_it_names_sudo"
    code, word = 3, "sudo"

    def traffic(self, bed):
        self.attempt(bed, [PROGRAM], user=NOBODY, group=NOBODY, extra_groups=[])


@scenario
class NoBtf(Refused):
    name = "without_btf_it_names_btf"
    code, word = 3, "BTF"

    def traffic(self, bed):
        self.attempt(bed, without_btf())


@scenario
class NoDirectory(Refused):
    name = "a_log_that_cannot_be_opened_is_named"
    code, word = 4, "/no/such/directory/siftr.log"

    def traffic(self, bed):
        self.attempt(bed, [PROGRAM, "-o", "/no/such/directory/siftr.log"])


@scenario
class ReadOnly(Refused):
    name = "a_log_on_a_read_only_file_system_is_named"
    code, word = 4, "/sys/siftr.log"

    def traffic(self, bed):
        self.attempt(bed, [PROGRAM, "-o", "/sys/siftr.log"])


@scenario
class DeadPipe(Refused):
    name = "a_stdout_that_takes_nothing_is_an_error"
    code, word = 4, "stdout"

    def traffic(self, bed):
        done = subprocess.run(["sh", "-c", f"timeout -s INT {LIMIT} {PROGRAM} >&-"],
                              capture_output=True, text=True, timeout=2 * LIMIT,
                              preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
        bed.note("code", done.returncode)
        bed.note("stderr", done.stderr)
        bed.note("stdout", done.stdout)


@scenario
class ClosedInput(Refused):
    """A log that cannot be read is not taken for an empty one."""

    name = "a_closed_stdin_is_an_error"
    code, word = 4, "cannot read -"

    def traffic(self, bed):
        done = subprocess.run(["sh", "-c", f"{PROGRAM} check - <&-"], capture_output=True,
                              text=True, timeout=LIMIT)
        bed.note("code", done.returncode)
        bed.note("stderr", done.stderr)
        bed.note("stdout", done.stdout)
