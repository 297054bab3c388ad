#!/usr/bin/python3
"""Tests the errors of the bed where it cannot work, and that kept results can be judged again. No guest
is booted and no network is used."""

import ast
import importlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machine import cache, image, packages, qemu, verdict
from machine.cache import BedError
from machine.kernels import Kernel
from machine.tap import Tap

TREE = Path(__file__).resolve().parents[1]
TESTS = TREE.parent
PAIR = ("tests/bad", "tests/good")
# Port 1 of this host: apt is refused at once.
UNREACHABLE = {"http_proxy": "http://127.0.0.1:1"}


def call(*argv, directory, **environment):
    """A program of the tests, with an empty cache and no way to Debian's archive."""
    surroundings = {**os.environ, **UNREACHABLE, "SIFTR_CACHE": str(directory / "cache"),
                    **environment}
    return subprocess.run(list(map(str, argv)), capture_output=True, text=True, timeout=300,
                          env=surroundings, cwd=directory)


def check_missing_kernel(tap, directory):
    done = call(TREE / "run", "6.1", "-k", "smoke", "--keep", directory / "kept",
                directory=directory)
    lines = done.stdout.splitlines()
    failures = [line for line in lines if line.startswith("not ok")]
    tap.check(done.returncode == 1 and len(failures) == 1 and "Bail out" not in done.stdout,
              "a kernel that cannot be had fails one check of its own guest", done.stdout)
    tap.check(failures and "apt-get" in failures[0] and "127.0.0.1" in done.stdout,
              "that check says the reason", done.stdout)
    tap.check("1..1" in lines, "its plan is complete, so that other guests go on", done.stdout)
    tap.check((directory / "kept/run.tap").read_text() == done.stdout,
              "what it printed is kept with the results")


def check_fetch(tap, directory):
    done = call(TREE / "fetch", "6.1", "no-such-kernel", "systemd", directory=directory)
    reported = [line for line in done.stderr.splitlines() if "cannot be had" in line]
    tap.check(done.returncode == 1 and len(reported) == 3,
              "fetching tries everything, and names each that cannot be had", done.stderr)
    left = list((directory / "cache/apt").glob("*"))
    tap.check(not left, "a private apt leaves nothing", f"{left}")


def check_downloaded(tap, directory):
    """The lists and packages last as long as their block, also when the block fails."""
    os.environ["SIFTR_CACHE"] = str(directory / "cache")
    packages._download = lambda apt, source, wanted, say: apt.mkdir(parents=True) or [apt / "one.deb"]
    kernel = Kernel("made-up", "debian", "suite", "package")
    try:
        with packages.downloaded(kernel, print) as debs:
            there = debs[0].parent.exists()
            raise BedError("unpacking failed")
    except BedError:
        pass
    tap.check(there and not (cache.root() / "apt/made-up").exists(),
              "packages are removed when they have been unpacked, or could not be")


def check_compiled_for(tap, directory):
    """A program for another kind of processor cannot run in the guest; a script can."""
    arm64, amd64 = (Kernel("made-up", "debian", "suite", f"linux-image-{machine}")
                    for machine in ("arm64", "amd64"))
    program, script = directory / "program", directory / "script"
    program.write_bytes(b"\x7fELF" + bytes(14) + bytes((183, 0)) + bytes(44))
    script.write_text("#!/bin/sh\n")
    image.compiled_for(arm64, program)
    for kernel in (arm64, amd64):
        image.compiled_for(kernel, script)
    try:
        image.compiled_for(amd64, program)
        story = "it is taken"
    except BedError as error:
        story = str(error)
    tap.check("not compiled for amd64" in story, "a program for another machine is refused", story)


def check_judging_again(tap, directory):
    kept = directory / "results"
    kept.mkdir()
    done = call(TREE / "run", "--judge", kept, directory=directory)
    tap.check(done.returncode == 2 and "no scenario" in done.stderr,
              "a directory without results cannot be judged again", done.stderr)
    (kept / "scenarios/capture_and_kernel_counters_agree").mkdir(parents=True)
    done = call(TREE / "run", "--judge", kept, directory=directory)
    tap.check(done.returncode == 1 and "boot.json is missing" in done.stdout,
              "results of no guest are not judged", done.stdout)
    (kept / "boot.json").write_text('{"off": 0, "attempts": 1, "seconds": 1, "reason": ""}')
    (kept / "console.log").write_text("[    1.0] WARNING: CPU: 0 PID: 1\n")
    done = call(TREE / "run", "--judge", kept, directory=directory)
    tap.check("not ok 1 - capture_and_kernel_counters_agree: ran in the guest" in done.stdout
              and "ok 2 - the guest ran to its end" in done.stdout
              and "not ok 3 - the guest's kernel printed no warning" in done.stdout,
              "kept results are judged again, without a guest", done.stdout)


def check_falls(tap, directory):
    """A tracer that fell back to another way is found whatever the scenario judges, unless it may for that
    reason."""
    (directory / "result.json").write_text(json.dumps(
        {"error": None, "facts": {}, "seconds": 1, "quiet": True, "captured": 0, "dropped": 0}))
    (directory / "tracer.stderr").write_text("siftr-bpf: 1 flow\n")
    words = ("siftr-bpf: hooks are attached by kprobe, which costs more, because fentry did not work here "
             "(Permission denied); siftr-bpf -v shows the kernel's messages\n")
    for text, reason, failed in (("", None, 0), (words, None, 1), (words, "Permission denied", 0),
                                 (words, "Argument list too long", 1)):
        (directory / "tracer-2.stderr").write_text(text)
        one = SimpleNamespace(name="made_up", may_fall=reason, judge=lambda result: [(True, "judged")])
        found = Tap(out=io.StringIO())
        verdict.judge(found, one, directory)
        tap.check(found.failed == failed and found.count == 2 + failed,
                  f"{failed} failures where {'a' if text else 'no'} tracer fell and {reason} is expected",
                  f"{found.failed} of {found.count}")


def check_prove(tap, directory):
    (directory / "tests").mkdir()
    (directory / "tests/keep-tap").symlink_to(TESTS / "keep-tap")
    bodies = ("echo 'not ok 1 - wrong'\necho '# why'", "echo 'ok 1 - fine'")
    for name, body in zip(PAIR, bodies):
        script = directory / name
        script.write_text(f"#!/bin/sh\n{body}\necho 1..1\n")
        script.chmod(0o755)
    done = call(TESTS / "prove", *PAIR, directory=directory)
    end = done.stdout[done.stdout.index("Result: FAIL"):]
    last = done.stdout.splitlines()[-2:]
    tap.check(done.returncode != 0 and "tests-bad: not ok 1 - wrong\n    # why\n" in end,
              "what failed is shown again at the end, with what explains it", done.stdout)
    tap.check(last[0].startswith("Files=2, Tests=2,") and last[1] == "Result: FAIL",
              "after that comes the runner's count", done.stdout)
    done = call(TESTS / "prove", PAIR[1], directory=directory)
    last = done.stdout.splitlines()[-2:]
    tap.check(done.returncode == 0 and last[0].startswith("Files=1, Tests=1,") and last[1] == "Result: PASS",
              "a run without failures ends with the runner's count", done.stdout)


def check_limit(tap, directory):
    """Of a guest: programs that speak to the host as its bed does."""
    said = []

    def visit(body):
        options = qemu.Options(seconds=1)
        return qemu._run(["sh", "-c", "echo bed: up; " + body], directory, options, said.append)

    spoke, off, reason = visit("for i in 1 2 3 4; do sleep 0.6; echo $i; done; echo bed: off 0")
    tap.check(spoke and off == 0 and not reason and "4" in said,
              "a guest that goes on is not given up, however slow its host", f"{off} {reason} {said}")
    for body, what in (("exec sleep 1000", "is silent"), ("while echo; do :; done", "does not end")):
        _, off, reason = visit(body)
        tap.check(off is None and "still running" in reason, f"a guest that {what} is given up", reason)


def check_shares(tap, directory):
    """Guests that share scenarios leave none out, and have in common only what each of them has to try."""
    def listed(*words):
        done = call(TREE / "run", "--list", "--again", *words, directory=directory)
        return Counter(done.stdout.split())

    shares = [listed("--share", f"{number}/3") for number in (1, 2, 3)]
    common = listed("--preemption")
    tap.check(sum(shares, Counter()) == listed() + common + common and common,
              "three shares are everything once, and what depends on preemption three times", f"{shares}")
    for words in ("0/3", "4/3", "1", "x/y"):
        done = call(TREE / "run", "--list", "--share", words, directory=directory)
        tap.check(done.returncode == 2 and f"{words} is no share: write 1/3" in done.stderr,
                  f"refused: a share of {words}", done.stderr)


def missing_names(path):
    """What the file asks of other modules of the guest tests that they do not have. Only a guest would
    find it otherwise, and for what is long no guest of continuous integration."""
    tree = ast.parse(path.read_text())
    modules = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (TREE / node.module.split(".")[0]).is_dir():
            for name in node.names:
                try:
                    module = importlib.import_module(f"{node.module}.{name.name}")
                except ImportError:
                    if not hasattr(importlib.import_module(node.module), name.name):
                        yield f"{path.name}:{node.lineno}: {name.name}"
                    continue
                modules[name.asname or name.name] = module
    assigned = {node.id for node in ast.walk(tree)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = modules.get(node.value.id) if node.value.id not in assigned else None
            if module and not hasattr(module, node.attr):
                yield f"{path.name}:{node.lineno}: {node.value.id}.{node.attr}"


def check_names(tap, directory):
    wrong = directory / "wrong.py"
    wrong.write_text("from judge import siftrlog\nfrom machine.tap import Top\nsiftrlog.no_such_name\n")
    tap.check(len(list(missing_names(wrong))) == 2, "found: two names that a module lacks")
    missing = [name for room in ("bed", "judge", "machine", "scenarios")
               for path in sorted((TREE / room).glob("*.py")) for name in missing_names(path)]
    tap.check(not missing, "every module has what others ask of it", f"{missing}")


def main():
    tap = Tap()
    for check in (check_missing_kernel, check_fetch, check_downloaded, check_compiled_for,
                  check_judging_again, check_falls, check_prove, check_limit, check_shares, check_names):
        with tempfile.TemporaryDirectory(prefix="siftr-bed-") as directory:
            check(tap, Path(directory))
    tap.plan()
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
