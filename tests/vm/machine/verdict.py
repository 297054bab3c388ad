"""Judges one scenario on the host: passes the results of its guest side to its judge()."""

import json
import traceback
from pathlib import Path

from judge import program_report
from machine import held_up


class Result:
    """What a judge() is given. Files a scenario did not leave read as empty."""

    def __init__(self, directory):
        self.dir = Path(directory)
        outcome = json.loads((self.dir / "result.json").read_text())
        self.error = outcome["error"]
        self.facts = outcome["facts"]
        self.seconds = outcome["seconds"]
        self.release = outcome.get("release", "")
        self.force = outcome.get("force")  # the fallback that a test build had to take
        self.way = outcome.get("way")  # how the program attaches, in its words
        self.kprobes_missed = outcome.get("kprobes_missed", {})
        self.quiet = outcome["quiet"]  # all traffic had ended before the captures stopped
        self.captured, self.dropped = outcome["captured"], outcome["dropped"]

    @property
    def kernel(self):
        """(major, minor) of the guest's release, to compare with the kernel that brought something."""
        return tuple(int(number) for number in self.release.split(".")[:2])

    @property
    def log_text(self):
        return self.text("siftr.log")

    @property
    def stderr_text(self):
        return self.text("tracer.stderr")

    @property
    def exit_code(self):
        """The first tracer's exit code; None when none was started."""
        text = self.text("tracer.exit").strip()
        return int(text) if text.lstrip("-").isdigit() else None

    def text(self, name):
        path = self.dir / name
        return path.read_text(errors="replace") if path.exists() else ""

    def missed(self, direction):
        """Runs of a direction's hooks that the kernel suppressed, as reported by the program or, where
        it cannot, as counted by the kernel for the bed's own kprobes."""
        if program_report.reports_missed(self.stderr_text):
            return program_report.missed(self.stderr_text, direction)
        return sum(count for function, count in self.kprobes_missed.items()
                   if function.endswith(program_report.HOOKS[direction]))

    def held_up(self, begin, end):
        """Seconds for which the host kept the guest waiting between two moments of its clock."""
        return held_up.seconds(self.dir.parents[1], begin, end)

    def measured(self, key):
        """The stopwatch reading noted as `key`, without the time that the host took."""
        return self.own_seconds(self.facts[key])

    def own_seconds(self, watch):
        """A stopwatch reading without the time that the host took."""
        return max(watch["seconds"] - self.held_up(watch["begin"], watch["end"]), 0)

    def nstat(self, host):
        """How far each counter of host "a" or "b" moved during the scenario."""
        before, after = (json.loads(self.text(f"nstat-{host}-{when}.json") or "{}")
                         for when in ("before", "after"))
        return {key: value - before.get(key, 0) for key, value in after.items()}

    def nftables(self, host):
        """TCP packets by direction that passed between TCP and IP; None where nobody counted."""
        return json.loads(self.text(f"nft-{host}.json") or "null")

    def pcap(self, host):
        return self.dir / f"{host}.pcap"


def judge(tap, scenario, directory):
    """Put the scenario's checks into `tap`: that it ran, then each that its judge() yields. That a tracer
    fell back to another way is a failure of every scenario, but for the reason of may_fall."""
    name = scenario.name
    if not (Path(directory) / "result.json").exists():
        tap.check(False, f"{name}: ran in the guest", "the guest sent no result of it")
        return
    result = Result(directory)
    tap.check(result.error is None, f"{name}: ran in the guest", _story(result))
    if result.error is not None:
        return
    fallen = list(_falls(result, scenario.may_fall))
    if fallen:
        tap.check(False, f"{name}: each tracer attaches its hooks in the kernel's first way",
                  "\n".join(fallen))
    yielded = 0
    try:
        for check in scenario.judge(result):
            ok, what, *detail = check
            if ok is None:  # not made here; the detail says why
                tap.skip(f"{name}: {what}", *detail[:1])
            else:
                tap.check(bool(ok), f"{name}: {what}", *detail[:1])
            yielded += 1
    except Exception:
        tap.check(False, f"{name}: was judged to the end", traceback.format_exc())
    else:
        if not yielded:
            tap.check(False, f"{name}: has a check", "its judge() yielded none")


def _falls(result, expected):
    """Of each tracer that fell back to another way, for another reason than the one that is `expected`, the
    file of its messages and what it said. A program that the kernel rejects shows in nothing else: the
    other way logs the same lines, at a higher cost."""
    for path in sorted(result.dir.glob("*.stderr")):
        fall = program_report.fall(path.read_text(errors="replace"))
        if fall and not (expected and expected in fall):
            yield f"{path.name}: {fall}"


def _story(result):
    parts = [result.error or ""]
    for name in ("stacks.txt", "output.txt", "tracer.stderr"):
        if result.text(name).strip():
            parts.append(f"{name}:\n{result.text(name)}")
    return "\n".join(parts + [f"results: {result.dir}"])
