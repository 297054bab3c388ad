"""Whatever a user combines, the kernel accepts the programs: the hooks are attached in the way, and flows and
records are kept where they are without options. The options decide which code the verifier sees."""

import itertools
import re
import subprocess

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import PATIENCE
from scenarios.controlling import SOCKET

THOROUGH = True

LIMIT = 60 * PATIENCE
WAY = re.compile(r"hooks attached by ([\w ]+), preemption [\w ]+; flow state in ([\w ]+)$", re.M)
RINGS = re.compile(r"records in ([\w ]+)$", re.M)
PROCESSED = re.compile(r": (\d+) instructions processed")
LEFT_OUT = re.compile(r"(\w+) cannot be hooked")

FILTERS = {"port": "80", "host": "10.0.0.0/8", "laddr": "10.0.0.1", "faddr": "!::1", "ip": "4", "dir": "in",
           "netns": "self", "pid": "1", "comm": "nobody", "cgroup": "/", "iface": "lo"}
# What may change while a connection lives: of these each combination has code of its own.
CHANGING = {"uid": "0", "mark": "0x10/0xf0", "cc": "cubic"}
SAMPLERS = {"ppl": "3", "every": "10ms", "on-change": "snd_cwnd,srtt"}
RATE = {"max-rate": "1000"}  # not together with the others
KEEP = ("--keep", "loss,zero-window,open,close,rst")
GROUPS = ("packet", "order", "loss", "rate", "rtt", "bytes", "cc", "identity", "sample", "probe")
FORMATS = ("siftr2", "ttprobe", "tcp_probe")  # that need fields of their own


def words(options):
    return tuple(word for name, value in options.items() for word in (f"--{name}", value))


def one_by_one(options):
    return [words({name: value}) for name, value in options.items()]


def subsets(options):
    return [words(dict(some)) for count in range(1, len(options) + 1)
            for some in itertools.combinations(options.items(), count)]


def table(*groups):
    return "--format", "csv", "--fields", f"+{','.join(groups)}"


def combinations():
    live, cc = ("--control", SOCKET), words({"cc": "cubic"})
    all_filters, all_groups = words({**FILTERS, **CHANGING}), table(*GROUPS)
    yield from one_by_one(FILTERS)
    for changing in subsets(CHANGING):
        yield from (changing, (*live, *changing))
    yield from (live, all_filters, (*live, *all_filters), (*all_filters, *all_groups, "--strict"))
    yield from (table(*two) for two in zip(GROUPS[::2], GROUPS[1::2]))
    yield from (("--format", name, *cc) for name in FORMATS)
    for sampler in one_by_one({**SAMPLERS, **RATE}):
        yield from ((*sampler, *cc), (*sampler, *KEEP, *live, *words(CHANGING)))
    yield *words(SAMPLERS), *KEEP, *all_filters, *all_groups
    yield *words({"trigger": "rto,recovery"}), *live, *words(CHANGING)


@scenario
class Combined(Scenario):
    name = "any_options_together_attach_the_hooks_as_none_do"
    tracer = None
    capture = False
    timeout = 900

    def traffic(self, bed):
        bed.note("runs", [self.load(bed, ())] + [self.load(bed, options) for options in combinations()])

    @staticmethod
    def load(bed, options):
        log = bed.dir / "log"
        done = subprocess.run([PROGRAM, "-v", "-o", log, "--duration", "0.01", *options], capture_output=True,
                              text=True, timeout=LIMIT, cwd=bed.dir)
        log.unlink(missing_ok=True)
        return {"options": " ".join(options), "code": done.returncode,
                "way": [pattern.findall(done.stderr) for pattern in (WAY, RINGS)],
                "left out": LEFT_OUT.findall(done.stderr),
                "processed": max(map(int, PROCESSED.findall(done.stderr)), default=0),
                "messages": [line for line in done.stderr.splitlines() if not PROCESSED.search(line)][:40]}

    def judge(self, result):
        plain, *others = result.facts["runs"]
        yield plain["code"] == 0, "without options it traces", f"{plain}"
        yield plain["way"][0][0][0] == result.way, f"the hooks are attached by {result.way}", f"{plain}"
        for run in others:
            same = all(run[key] == plain[key] for key in ("code", "way", "left out"))
            yield same, f"{run['options']}: the way is the same", "\n".join(run["messages"])
        most = max(others, key=lambda run: run["processed"])
        yield True, f"figures: at most {most['processed']} instructions processed, with {most['options']}"
