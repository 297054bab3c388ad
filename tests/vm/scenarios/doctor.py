"""What `siftr-bpf doctor` says of a host, and whether it is so."""

import ctypes
import errno
import os
import re
import subprocess
from pathlib import Path

from bed import kernelprogs
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from scenarios import stopping
from scenarios.refusing import NO_BTF, NOBODY

LIMIT = 60
LINE = re.compile(r"(ok|LACK|-) +(.{32}) (.+)")
PR_CAPBSET_DROP = 24
CAP_BPF, CAP_LAST = 39, 40
HOOKS = ("tcp_rcv_established", "tcp_rcv_state_process", "__tcp_transmit_skb",
         "tcp_timewait_state_process")
SETTINGS = ("perf_event_paranoid", "unprivileged_bpf_disabled")


def keep_only(*capabilities):
    """For the child, before exec: what root gets there is what this leaves."""
    libc = ctypes.CDLL(None, use_errno=True)

    def drop():
        for capability in range(CAP_LAST + 1):
            if capability not in capabilities:
                libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    return drop


def read(text):
    """what -> (status, text), and the lines that are not of that form."""
    found, strange = {}, []
    for line in text.splitlines():
        match = LINE.fullmatch(line)
        if match:
            found[match[2].strip()] = (match[1], match[3])
        else:
            strange.append(line)
    return found, strange


class Doctor(Scenario):
    """Runs the doctor under one condition; what it leaves behind is waited for, and is nothing."""

    tracer = None
    capture = False
    code = 3

    def examine(self, bed, argv=(PROGRAM, "doctor"), **options):
        before = kernelprogs.everything()
        done = subprocess.run(argv, capture_output=True, text=True, timeout=LIMIT, **options)
        stopping.wait_for(lambda: kernelprogs.everything() <= before, "end of the programs")
        bed.note("code", done.returncode)
        bed.note("stderr", done.stderr)
        bed.save("doctor.txt", done.stdout)

    def judge(self, result):
        found, strange = read(result.text("doctor.txt"))
        yield not strange, "each line is a status, a thing and its finding", "; ".join(strange)
        yield result.facts["code"] == self.code, f"exit code {self.code}", f"{result.facts}"
        yield not result.facts["stderr"], "nothing on stderr", result.facts["stderr"]
        lacks = {what for what, (status, _) in found.items() if status == "LACK"}
        yield lacks == self.lacks, f"it lacks {sorted(self.lacks) or 'nothing'}", f"{found}"
        yield from self.details(result, found)

    def holds(self, found, what, words):
        text = found.get(what, ("", "no such line"))[1]
        return words in text, f"{what}: {words}", text


@scenario
class AsRoot(Doctor):
    name = "the_doctor_tells_what_tracing_then_does"
    code, lacks = 0, set()

    def traffic(self, bed):
        self.examine(bed)
        done = subprocess.run([PROGRAM, "-v", "-o", bed.dir / "siftr.log", "--duration", "0.1"],
                              capture_output=True, text=True, timeout=LIMIT)
        bed.note("traced", done.stderr)
        bed.note("machine", os.uname().machine)
        for name in SETTINGS:
            path = Path("/proc/sys/kernel") / name
            bed.note(name, path.read_text().strip() if path.exists() else None)

    def details(self, result, found):
        way = "kprobe" if result.force == "kprobe" else "fentry"
        yield self.holds(found, "tracing", f"works, hooks attached by {way}")
        yield self.holds(found, "kernel", f"{result.release}, {result.facts['machine']}")
        yield self.holds(found, "ring buffer", "offered")
        for hook in HOOKS:
            yield self.holds(found, f"hook {hook}", "typed: fentry")
        for name in SETTINGS:
            if result.facts[name] is not None:
                yield self.holds(found, f"kernel.{name}", f"{result.facts[name]};")
        storage = found.get("flow storage", ("", ""))[1]
        said = result.facts["traced"]
        yield (f"hooks attached by {way}; packets-per-log counters in {storage}\n" in said,
               "tracing takes the same way and flow storage", f"{storage}: {said}")
        yield True, f"figures: {found.get('tracing')} {storage} {found.get('merged packets')}"


@scenario
class AsNobody(Doctor):
    name = "the_doctor_needs_no_privilege_to_say_what_it_can"
    lacks = {"capability CAP_BPF", "capability CAP_PERFMON", "tracing"}

    def traffic(self, bed):
        self.examine(bed, user=NOBODY, group=NOBODY, extra_groups=[])

    def details(self, result, found):
        for what in self.lacks:
            yield self.holds(found, what, "sudo")
        yield self.holds(found, "tracing", "not tried")
        yield self.holds(found, "ring buffer", "cannot be asked for without privilege")
        for hook in HOOKS:
            yield self.holds(found, f"hook {hook}", "typed: fentry")


@scenario
class WithHalf(Doctor):
    name = "the_doctor_names_the_capability_that_is_missing"
    lacks = {"capability CAP_PERFMON", "tracing"}

    def traffic(self, bed):
        self.examine(bed, preexec_fn=keep_only(CAP_BPF))

    def details(self, result, found):
        yield self.holds(found, "capability CAP_BPF", "held")
        yield self.holds(found, "capability CAP_PERFMON", "missing")


@scenario
class WithoutBtf(Doctor):
    name = "the_doctor_finds_type_information_missing"
    lacks = {"type information (BTF)", "tracing"}

    def traffic(self, bed):
        os.makedirs("/tmp/empty", exist_ok=True)
        self.examine(bed, ["unshare", "-m", "sh", "-c", f"{NO_BTF} {PROGRAM} doctor"])

    def details(self, result, found):
        yield self.holds(found, "type information (BTF)", "CONFIG_DEBUG_INFO_BTF")
        yield self.holds(found, "tracing", "not tried; see the lack above")
        for hook in HOOKS:
            yield self.holds(found, f"hook {hook}", "kprobe only")


@scenario
class Unheard(Doctor):
    name = "a_doctor_nobody_hears_says_so"

    def traffic(self, bed):
        self.examine(bed, ["sh", "-c", f"{PROGRAM} doctor > /dev/full"])

    def judge(self, result):
        code, said = result.facts["code"], result.facts["stderr"]
        yield code == 4, "exit code 4", f"{result.facts}"
        yield (said == f"siftr-bpf: cannot write stdout: {os.strerror(errno.ENOSPC)}\n",
               "it says why", said)
