"""Long runs: memory and descriptors do not grow while logs rotate, and each of many stops under load is
in time. SOAK_MINUTES and SOAK_STOPS come from the environment."""

import os
import signal
import subprocess
import time
from pathlib import Path

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import Stopwatch
from judge import common, program_report
from scenarios import stopping

THOROUGH = None  # only make soak runs these, by the name of the file

MINUTES = float(os.environ.get("SOAK_MINUTES", 30))
STOPS = int(os.environ.get("SOAK_STOPS", 200))
SAMPLE_SECONDS = 10
WARM_UP = 0.3  # of the samples are ignored: rings and caches are touched for the first time
STOP_SECONDS_P99 = 2


def sizes(pid):
    """Memory in KiB and open descriptors of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return {"RssAnon": int(found["RssAnon"].split()[0]), "VmRSS": int(found["VmRSS"].split()[0]),
            "descriptors": len(os.listdir(f"/proc/{pid}/fd"))}


def check(files):
    """The defects that `siftr-bpf check` reports of these files; "" for none."""
    done = subprocess.run([PROGRAM, "check", "--ppl", "1", *map(str, files)], text=True,
                          capture_output=True)
    return "" if done.returncode == 0 else f"exit {done.returncode}: {done.stderr[-2000:]}"


@scenario
class Steady(Scenario):
    """Each finished file is checked before it is old enough to be removed."""

    name = "memory_and_descriptors_do_not_grow_while_logs_rotate"
    timeout = MINUTES * 60 + 300
    capture = False
    tracer_args = ("--max-size", "4M", "--rotate", "20")

    def traffic(self, bed):
        for host in bed.hosts:
            bed.netem(host, "delay 2ms loss 0.5%")
        load, samples, known, bad = stopping.Load(bed), [], set(), []
        end = time.monotonic() + MINUTES * 60
        while time.monotonic() < end:
            time.sleep(SAMPLE_SECONDS)
            samples.append(sizes(bed.tracer.pid))
            bad += self.check_new(bed, known)
        load.stop()
        bed.tracer.stop()
        bad += self.check_new(bed, known)
        bad.append(check([bed.dir / "siftr.log"]))
        bed.note("samples", samples)
        bed.note("files", len(known) + 1)
        bed.note("bad", [stderr for stderr in bad if stderr])
        for file in bed.dir.glob("siftr.log.*"):
            file.unlink()

    @staticmethod
    def check_new(bed, known):
        old = [file for file in bed.dir.glob("siftr.log.*") if file.suffix[1:].isdigit()]
        new = [file for file in old if file.stat().st_ino not in known]
        known.update(file.stat().st_ino for file in new)
        return [check(new)] if new else []

    def judge(self, result):
        yield from common.ran_well(result)
        yield program_report.balanced(result.stderr_text), "the accounting balances", result.stderr_text
        files, bad = result.facts["files"], result.facts["bad"]
        yield files > 1, "the log was rotated", f"{files} files"
        yield not bad, f"each of {files} files is good", "; ".join(bad[:4])
        samples = result.facts["samples"]
        steady = samples[int(len(samples) * WARM_UP):]
        for what in ("RssAnon", "descriptors"):
            first, most = steady[0][what], max(sample[what] for sample in steady)
            yield most <= first, f"{what} does not grow once warm", f"from {first} to {most}"
        yield True, f"figures: {len(samples)} samples, first {samples[0]}, last {samples[-1]}"


@scenario
class ManyStops(Scenario):
    name = "of_many_stops_under_load_99_in_100_are_in_time"
    timeout = 60 + STOPS * 20
    tracer = None
    capture = False

    def traffic(self, bed):
        load, watches, bad = stopping.Load(bed), [], []
        for number in range(STOPS):
            log = bed.dir / f"stop-{number}.log"
            tracer = bed.start_tracer(log=log.name)
            stopping.wait_for(lambda: len(tracer.lines()) > 100, "lines")
            watch = Stopwatch()
            tracer.signal(signal.SIGINT)
            stopping.wait_for(lambda: stopping.FOOTER in tracer.lines()[-1], "footer")
            watches.append(watch.read())
            tracer.stop()
            bad.append(check([log]))
            log.unlink()
        load.stop()
        bed.note("watches", watches)
        bed.note("bad", [stderr for stderr in bad if stderr])

    def judge(self, result):
        seconds = sorted(result.own_seconds(watch) for watch in result.facts["watches"])
        bad = result.facts["bad"]
        p99 = seconds[(len(seconds) * 99 + 99) // 100 - 1]
        yield p99 <= STOP_SECONDS_P99, f"p99 is at most {STOP_SECONDS_P99} s", f"{p99:.2f} s"
        yield not bad, "each log is good", "; ".join(bad[:4])
        yield True, (f"figures: {len(seconds)} stops, p50 {seconds[len(seconds) // 2]:.2f} s, "
                     f"p99 {p99:.2f} s, longest {seconds[-1]:.2f} s")
