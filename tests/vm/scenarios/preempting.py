"""The kernel gets another model of preemption while it is traced."""

import re
from pathlib import Path

from bed.scenario import Scenario, scenario
from bed.waiting import wait_for
from judge import common
from scenarios import talk

MODEL = Path("/sys/kernel/debug/sched/preempt")
CHANGED = "the kernel's preemption has changed from"
RIGHT = "the right one"
MISSES = "more packets may be missed now"
COSTS = "costs more than it needs to"


def models():
    """(the model, the others that this kernel offers)"""
    text = MODEL.read_text()
    now = re.search(r"\((\w+)\)", text)[1]
    return now, [word for word in re.findall(r"\w+", text) if word != now]


def preempts(model):
    return model not in ("none", "voluntary")


@scenario
class ModelChanged(Scenario):
    name = "a_change_of_the_preemption_model_is_reported_with_what_it_means"
    tracer_args = ("-v",)

    def traffic(self, bed):
        talking = talk.Talking(bed, 0.05, 500)
        if MODEL.exists():
            before, others = models()
            # The way of attaching depends most on whether the model makes preemption possible.
            after = max(others, key=lambda model: preempts(model) != preempts(before))
            bed.note("models", [before, after])
            try:
                self.change(bed, before, after)
            finally:
                MODEL.write_text(before)
            self.change(bed, after, before)
        talking.stop()

    @staticmethod
    def change(bed, before, after):
        MODEL.write_text(after)
        wait_for(lambda: f"{CHANGED} {before} to {after}" in bed.tracer.messages(), "report of the change")

    def judge(self, result):
        yield from common.complete_run(result)
        stderr = result.stderr_text
        before, after = result.facts.get("models", ("", ""))
        if not before:
            yield CHANGED not in stderr, "this kernel has one model of preemption"
            return
        yield stderr.count(CHANGED) == 2, "there and back: each change is reported once", stderr
        meaning = re.search(f"{CHANGED} {before} to {after}: (.*)", stderr)[1]
        yield self.words(result, before, after) in meaning, "with what it means", stderr
        back = re.search(f"{CHANGED} {after} to {before}: (.*)", stderr)[1]
        if result.force not in ("hash", "typed-kprobe"):  # forced, the way need not be the right one
            yield RIGHT in back, "the model of the start has the right way", stderr

    @staticmethod
    def words(result, before, after):
        if result.force:
            return ""
        if preempts(before) != preempts(after):
            return MISSES if preempts(after) else COSTS
        if result.way != "typed kprobe":
            return RIGHT
        return MISSES if after == "full" else COSTS
