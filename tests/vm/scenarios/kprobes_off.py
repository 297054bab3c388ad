"""Kprobes switched off on the host: the kernel calls no program that is attached by one."""

from bed import kprobes
from bed.scenario import scenario
from judge import common
from scenarios import switching, talk

CALLS_NOT = "is 0, so that the kernel calls"


@scenario
class KprobesOffBefore(switching.Attempts):
    """Kprobes of another kind, which are called all the same, take the place of typed ones. Without them what a
    listener receives would be seen by no program, though the self-test sees its own connection."""

    name = "with_kprobes_off_every_packet_is_seen_or_tracing_is_refused"
    preemption = True
    capture = True

    def traffic(self, bed):
        bed.note("way", kprobes.way())
        if kprobes.way() == "fentry":
            return
        switching.KPROBES.write_text("0")
        try:
            self.attempt(bed, "doctor", "doctor")
            if kprobes.way() == "kprobe":  # of which there is no other kind
                self.attempt(bed, "traced", "-o", "siftr.log", "--duration", "0.5")
                return
            tracer = bed.start_tracer(("-v",))
            client, server = talk.open_pair(bed)
            talk.exchange(client, server, 100, 100)
            talk.close_in_order(client, server)
            bed.settle()
            tracer.stop()
        finally:
            switching.KPROBES.write_text("1")

    def judge(self, result):
        if result.facts["way"] == "fentry":
            yield None, "kprobes", "not used in this kernel"
            return
        doctor = result.facts["doctor"]
        if "traced" in result.facts:
            traced = result.facts["traced"]
            text = traced["stderr"]
            yield traced["code"] == switching.CANNOT_TRACE, "tracing is refused with 3", f"{traced}"
            yield f"{switching.KPROBES} {CALLS_NOT}" in text, "the switch is named", text
            yield f"echo 1 > {switching.KPROBES}" in text, "and the way out", text
            yield CALLS_NOT in doctor["stdout"], "by the doctor, too", doctor["stdout"]
            return
        yield doctor["code"] == 0, "the doctor finds that it can trace", f"{doctor}"
        yield "attached by typed kprobe" in result.stderr_text, "it does so by kprobes", result.stderr_text
        yield from common.complete_run(result)


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
