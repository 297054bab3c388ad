"""Kprobes switched off on the host: the kernel calls no program that is attached by one."""

from bed import kprobes
from bed.scenario import scenario
from scenarios import switching

CALLS_NOT = "is 0, so that the kernel calls"


@scenario
class KprobesOffBefore(switching.Attempts):
    """Those behind a typed kprobe are attached by fentry, so that the self-test sees its connection; but they
    do not log what a listener receives."""

    name = "with_kprobes_off_the_hooks_are_attached_by_fentry"
    preemption = True

    def traffic(self, bed):
        if kprobes.way() == "fentry":
            return
        switching.KPROBES.write_text("0")
        try:
            self.attempt(bed, "traced", "-o", "siftr.log", "--duration", "0.5")
            self.attempt(bed, "doctor", "doctor")
        finally:
            switching.KPROBES.write_text("1")

    def judge(self, result):
        if "traced" not in result.facts:
            yield None, "kprobes", "not used in this kernel"
            return
        traced, doctor = result.facts["traced"], result.facts["doctor"]
        text = traced["stderr"]
        if result.way == "kprobe" or result.force == "typed-kprobe":  # no fentry to fall back on
            yield traced["code"] == switching.CANNOT_TRACE, "tracing is refused with 3", f"{traced}"
            yield f"{switching.KPROBES} {CALLS_NOT}" in text, "the switch is named", text
            yield CALLS_NOT in doctor["stdout"], "by the doctor, too", doctor["stdout"]
        else:
            way = f"hooks are attached by fentry, which costs more, because {switching.KPROBES} is 0"
            yield traced["code"] == 0, "it traces", f"{traced}"
            yield text.count(way) == 1, "one line says how, and why", text
            yield way in doctor["stdout"], "the doctor says it, too", doctor["stdout"]
        yield f"echo 1 > {switching.KPROBES}" in text, "the way out is named", text


@scenario
class KprobesOffWhile(switching.OffWhile):
    name = "kprobes_switched_off_are_reported_and_counted"
    preemption = True
    switch = str(switching.KPROBES)

    @staticmethod
    def turn(value):
        switching.KPROBES.write_text(value)
        return True

    @staticmethod
    def is_meanwhile(result, lines):
        """The fentry programs behind typed kprobes log what a full socket sends and receives."""
        if result.way == "typed kprobe":
            return lines >= 4 * switching.ROUNDS
        return lines < switching.ROUNDS

    def traffic(self, bed):
        if kprobes.way() != "fentry":
            super().traffic(bed)

    def judge(self, result):
        if "off" in result.facts:
            yield from super().judge(result)
        else:
            yield None, "kprobes", "not used in this kernel"
