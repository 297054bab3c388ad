"""`siftr-bpf doctor` reports what is true of the host."""

import errno
import os
import re
import subprocess
from pathlib import Path

from bed import kernelprogs, kprobes
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import PATIENCE
from scenarios import preempting, stopping
from scenarios.refusing import NOBODY, without_btf

LIMIT = 60 * PATIENCE
LINE = re.compile(r"(ok|FAIL|-) +(.{32}) (.+)")
HOOKS = (*kprobes.FUNCTIONS, "tcp_timewait_state_process")
CLOCK_SOURCES = "/sys/devices/system/clocksource/clocksource0"
SETTINGS = ("perf_event_paranoid", "unprivileged_bpf_disabled")


def read(text):
    """({subject: (status, text)}, the lines of another form)"""
    found, strange = {}, []
    for line in text.splitlines():
        match = LINE.fullmatch(line)
        if match:
            found[match[2].strip()] = (match[1], match[3])
        else:
            strange.append(line)
    return found, strange


def holds(found, what, words):
    text = found.get(what, ("", "no such line"))[1]
    return words in text, f"{what}: {words}", text


class Doctor(Scenario):
    """Runs the doctor under one condition and waits until it has left nothing in the kernel."""

    tracer = None
    capture = False
    code = 3
    hooks = "found: attached by fentry"  # subject -> status
    words = {}  # subject -> words of its text

    def examine(self, bed, argv=(PROGRAM, "doctor"), **options):
        before = kernelprogs.everything()
        done = subprocess.run(argv, capture_output=True, text=True, timeout=LIMIT, **options)
        stopping.wait_for_programs(before)
        bed.note("code", done.returncode)
        bed.note("stderr", done.stderr)
        bed.save("doctor.txt", done.stdout)

    def judge(self, result):
        found, strange = read(result.text("doctor.txt"))
        yield not strange, "each line is a status, a thing and its finding", "; ".join(strange)
        yield result.facts["code"] == self.code, f"exit code {self.code}", f"{result.facts}"
        yield not result.facts["stderr"], "nothing on stderr", result.facts["stderr"]
        lacks = {what for what, (status, _) in found.items() if status == "FAIL"}
        yield lacks == self.lacks, f"it lacks {sorted(self.lacks) or 'nothing'}", f"{found}"
        for what, words in (*((f"hook {hook}", self.hooks) for hook in HOOKS), *self.words.items()):
            yield holds(found, what, words)
        yield from self.details(result, found)

    def details(self, _result, _found):
        """Checks beyond `words`."""
        return ()


@scenario
class AsRoot(Doctor):
    name = "the_doctor_tells_what_tracing_then_does"
    preemption = True
    code, lacks = 0, set()
    words = {"ring buffer": "offered"}

    def traffic(self, bed):
        self.examine(bed)
        done = subprocess.run([PROGRAM, "-v", "-o", bed.dir / "siftr.log", "--duration", "0.1"],
                              capture_output=True, text=True, timeout=LIMIT)
        bed.note("traced", done.stderr)
        bed.note("machine", os.uname().machine)
        bed.note("can change", preempting.MODEL.exists())
        for name in SETTINGS:
            path = Path("/proc/sys/kernel") / name
            bed.note(name, path.read_text().strip() if path.exists() else None)

    def details(self, result, found):
        way = result.way
        yield holds(found, "tracing", f"works, hooks attached by {way}")
        yield holds(found, "kernel", f"{result.release}, {result.facts['machine']}")
        model = found.get("preemption", ("", ""))[1]
        changes = "would be reported" if result.facts["can change"] else "cannot change"
        yield changes in model, "it tells whether a change of preemption is noticed", model
        yield holds(found, "tracing", f"preemption {re.split('[,;]', model)[0]}")
        for name in SETTINGS:
            if result.facts[name] is not None:
                yield holds(found, f"kernel.{name}", f"{result.facts[name]};")
        storage = found.get("flow storage", ("", ""))[1]
        stderr = result.facts["traced"]
        yield (re.search(f"hooks attached by {way}, preemption [\\w ]+; flow state in "
                         f"{storage}\n", stderr) is not None,
               "tracing takes the same way and flow storage", f"{storage}: {stderr}")
        rings = found.get("rings", ("", ""))[1]
        if way == "fentry":
            yield (rings == ("BPF ring buffers" if result.kernel < (5, 12) else "mapped rings"),
                   "the rings are mapped ones where the kernel has the atomics for them", rings)
        yield (f"records in {rings}\n" in stderr, "tracing takes the same kind of rings",
               f"{rings}: {stderr}")
        yield True, (f"figures: {found.get('tracing')} {storage} {rings} "
                     f"{found.get('coalesced packets')}")


@scenario
class AsNobody(Doctor):
    name = "the_doctor_needs_no_privilege_to_say_what_it_can"
    one_kernel = True
    lacks = {"capability CAP_BPF", "capability CAP_PERFMON", "tracing"}
    words = {"capability CAP_BPF": "sudo", "capability CAP_PERFMON": "sudo",
             "tracing": "not tried; run it with sudo",
             "ring buffer": "cannot be asked for without privilege"}

    def traffic(self, bed):
        self.examine(bed, user=NOBODY, group=NOBODY, extra_groups=[])


@scenario
class WithHalf(Doctor):
    name = "the_doctor_names_the_capability_that_is_missing"
    one_kernel = True
    lacks = {"capability CAP_PERFMON", "tracing"}
    words = {"capability CAP_BPF": "held", "capability CAP_PERFMON": "missing"}

    def traffic(self, bed):
        self.examine(bed, ["setpriv", "--bounding-set=-all,+bpf", PROGRAM, "doctor"])


@scenario
class AsService(Doctor):
    """With the capabilities of the service, at the highest value of perf_event_paranoid that Linux itself
    has, and at Debian's own, above which is CAP_SYS_ADMIN alone: typed kprobes need no performance event."""

    name = "the_doctor_tells_what_keeps_kprobes_from_the_service"
    preemption = True
    # Before Linux 5.11 the rings are locked memory.
    held = ("prlimit", "--memlock=unlimited", *kprobes.AS_SERVICE)
    needs_more = {"2": False, "3": True}  # value -> whether kprobes need another capability

    def traffic(self, bed):
        for value in self.needs_more:
            with kprobes.paranoid(value):
                self.examine_at(bed, value)

    def examine_at(self, bed, value):
        for what, argv in (("doctor", ["doctor"]),
                           ("trace", ["-o", bed.dir / "siftr.log", "--duration", "0.1"])):
            before = kernelprogs.everything()
            done = subprocess.run([*self.held, PROGRAM, *argv], capture_output=True, text=True,
                                  timeout=LIMIT)
            stopping.wait_for_programs(before)
            bed.note(f"{what} {value}", (done.returncode, done.stdout, done.stderr))

    def judge(self, result):
        for value, needs_more in self.needs_more.items():
            code, stdout, _ = result.facts[f"doctor {value}"]
            found = read(stdout)[0]
            yield holds(found, "kernel.perf_event_paranoid", f"{value}; " + (
                "CAP_SYS_ADMIN is above it; CAP_PERFMON is not in some" if needs_more
                else "CAP_PERFMON is above it"))
            traced, _, stderr = result.facts[f"trace {value}"]
            yield (code == traced, f"{value}: the doctor and tracing end with the same code",
                   f"{code}, {traced}")
            if needs_more and result.way == "kprobe":
                yield code == 3, f"{value}: no other way works", f"{code}"
                yield ("sysctl kernel.perf_event_paranoid=2" in stderr, f"{value}: it names the way out",
                       stderr)
            else:
                yield holds(found, "tracing", f"works, hooks attached by {result.way}")
                yield "attachment" not in found, f"{value}: in the kernel's first way", stdout


@scenario
class WithoutBtf(Doctor):
    name = "the_doctor_finds_type_information_missing"
    one_kernel = True
    lacks = {"type information (BTF)", "tracing"}
    hooks = "kprobe only"
    words = {"type information (BTF)": "CONFIG_DEBUG_INFO_BTF",
             "tracing": "not tried; see FAIL above"}

    def traffic(self, bed):
        self.examine(bed, without_btf("doctor"))


@scenario
class FewFiles(Doctor):
    """A failure that no feature of the host explains."""

    name = "the_doctor_names_the_cause_of_any_refusal_above_it"
    one_kernel = True
    lacks = {"BPF programs", "tracing"}
    words = {"BPF programs": os.strerror(errno.EMFILE), "tracing": "see FAIL above"}

    def traffic(self, bed):
        self.examine(bed, ["prlimit", "--nofile=12:12", PROGRAM, "doctor"])


@scenario
class Unheard(Doctor):
    name = "a_doctor_nobody_hears_says_so"
    one_kernel = True

    def traffic(self, bed):
        self.examine(bed, ["sh", "-c", f"{PROGRAM} doctor > /dev/full"])

    def judge(self, result):
        code, stderr = result.facts["code"], result.facts["stderr"]
        yield code == 4, "exit code 4", f"{result.facts}"
        yield (stderr == f"siftr-bpf: cannot write stdout: {os.strerror(errno.ENOSPC)}\n",
               "it says why", stderr)


@scenario
class ClockSources(Doctor):
    """Each clock source of the kernel in turn, and at the end the one it had chosen."""

    name = "the_doctor_names_the_clock_source_and_what_to_mind"
    one_kernel = True
    own_clocks = ("tsc", "kvm-clock", "arch_sys_counter")

    def traffic(self, bed):
        kept, seen = Path(CLOCK_SOURCES, "current_clocksource"), {}
        chosen = kept.read_text()
        try:
            for name in Path(CLOCK_SOURCES, "available_clocksource").read_text().split():
                kept.write_text(name)
                stopping.wait_for(lambda: kept.read_text().strip() == name, "change of clock source")
                seen[name] = subprocess.run([PROGRAM, "doctor"], capture_output=True, text=True,
                                            timeout=LIMIT).stdout
        finally:
            kept.write_text(chosen)
        bed.note("seen", seen)

    def judge(self, result):
        seen = result.facts["seen"]
        yield bool(seen), "the kernel offers clock sources", f"{sorted(seen)}"
        for name, stderr in seen.items():
            status, text = read(stderr)[0].get("clock source", ("", ""))
            wanted = ("ok", False) if name in self.own_clocks else ("-", True)
            yield (text.split(":")[0] == name and (status, "unstable" in text) == wanted,
                   f"{name} is named, and remarked on where all processors share it",
                   f"{status} {text}")
