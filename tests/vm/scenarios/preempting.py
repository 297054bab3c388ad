"""The kernel gets another model of preemption while it is traced."""

import re
import time
from pathlib import Path

from bed import kprobes
from bed.scenario import Scenario, scenario
from bed.waiting import wait_for
from judge import common
from scenarios import talk

MODEL = Path("/sys/kernel/debug/sched/preempt")
CHANGED = "the kernel's preemption has changed from"
SECONDS = 3  # the model is read every second while packets come


def models():
    """(the model, the others that this kernel offers)"""
    text = MODEL.read_text()
    now = re.search(r"\((\w+)\)", text)[1]
    return now, [word for word in re.findall(r"\w+", text) if word != now]


def preempts(model):
    return model not in ("none", "voluntary")


@scenario
class ModelChanged(Scenario):
    name = "a_change_of_the_preemption_model_is_reported_once"
    tracer_args = ("-v",)

    def traffic(self, bed):
        talking = talk.Talking(bed, 0.05, 500)
        if MODEL.exists():
            before, others = models()
            # Another way of attaching is only better for a model of the other kind, if there is one.
            after = max(others, key=lambda model: preempts(model) != preempts(before))
            bed.note("models", [before, after])
            try:
                MODEL.write_text(after)
                if preempts(after) != preempts(before) and kprobes.way() != "kprobe":
                    wait_for(lambda: CHANGED in bed.tracer.messages(), "report of the change")
                else:
                    time.sleep(SECONDS)
            finally:
                MODEL.write_text(before)
            time.sleep(SECONDS)
        talking.stop()

    def judge(self, result):
        yield from common.complete_run(result)
        before, after = result.facts.get("models", ("", ""))
        if not before:
            yield CHANGED not in result.stderr_text, "this kernel has one model of preemption"
            return
        expected = int(preempts(before) != preempts(after) and result.way != "kprobe")
        story = f"{before} to {after}: {result.stderr_text}"
        yield (result.stderr_text.count(CHANGED) == expected,
               f"from {before} to {after}: reported {expected} times", story)
        if expected:
            words = "missed in bursts" if preempts(after) else "costs more than it needs to"
            yield (f"{CHANGED} {before} to {after}" in result.stderr_text
                   and words in result.stderr_text, f"with both models and the words: {words}", story)
