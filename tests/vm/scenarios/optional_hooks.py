"""Kernels without one of the functions that are hooked only to count, emulated by renaming it in the
BTF types."""

import subprocess

from bed import kernelprogs
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from scenarios import stopping
from scenarios.clocks import LIMIT
from scenarios.optional import BTF, hide, rename

ONE_KERNEL = True

COUNTING = {
    "tcp_timewait_state_process": "packets of time-wait sockets are not counted",
    "tcp_add_backlog": "packets that a socket backlog coalesced or dropped are not counted",
    "tcp_v4_send_reset": "IPv4 packets of no connection are counted only where somebody listens",
    "tcp_v6_send_reset": "IPv6 packets of no connection are counted only where somebody listens",
    "tcp_v4_destroy_sock": "the state of a closed connection stays in memory",
}
REFUSED = "tcp_v4_send_reset"


def run(bed, label, prefix, words=()):
    before = kernelprogs.everything()
    words = words or ("-v", "--ppl", "2", "-o", bed.dir / f"{label}.log", "--duration", "0.1")
    done = subprocess.run([*prefix, PROGRAM, *map(str, words)], capture_output=True, text=True,
                          timeout=LIMIT)
    bed.note(label, {"code": done.returncode, "stderr": done.stderr, "stdout": done.stdout})
    stopping.wait_for_programs(before)


def others_place():
    """A function of REFUSED's length whose arguments are no socket and no packet."""
    types = BTF.read_bytes()
    return next(name for name in ("hrtimer_interrupt", "kmem_cache_create", "acpi_get_override")
                if b"\0" + name.encode() + b"\0" in types)


@scenario
class OneByOne(Scenario):
    name = "a_hook_that_only_counts_is_left_out_alone_and_named"
    tracer = None
    capture = False

    def traffic(self, bed):
        for function in COUNTING:
            run(bed, function, hide(bed, [function]))
        run(bed, "doctor", hide(bed, COUNTING), ("doctor",))

    def judge(self, result):
        for function, text in COUNTING.items():
            traced, doctor = result.facts[function], result.facts["doctor"]
            yield traced["code"] == doctor["code"] == 0, f"{function}: traced", f"{traced} {doctor}"
            if result.way == "kprobe":  # needs no types
                yield "cannot be hooked" not in traced["stderr"], "nothing is left out", f"{traced}"
                continue
            stderr = traced["stderr"]
            yield f"hooks attached by {result.way}" in stderr, f"{function}: the others by fentry", stderr
            yield (stderr.count(f"{function} cannot be hooked in this kernel: {text}") == 1,
                   f"{function}: the fall is not silent", stderr)
            yield (stderr.count("cannot be hooked") == 1, f"{function}: it alone is left out",
                   stderr)
            yield (f"without the hook {function}: {text}" in stderr,
                   f"{function}: the accounting names it", stderr)
            yield f"{function}: {text}" in doctor["stdout"], "the doctor names it", f"{doctor}"


@scenario
class ForFields(Scenario):
    """Functions that only fields of a group need: nobody else hears that they are not there."""

    name = "a_hook_that_only_fields_need_is_left_out_and_named_if_they_are_asked_for"
    tracer = None
    capture = False
    GROUPS = {"tcp_set_state": ("rtt", "identity"), "tcp_connect": ("identity",),
              "inet_csk_accept": ("identity",), "tcp_sendmsg_locked": ("identity",)}

    def traffic(self, bed):
        hidden = hide(bed, self.GROUPS)
        for group in ("siftr", "rtt", "identity"):
            run(bed, group, hidden, ("--format", "csv", "--fields", group, "-o", bed.dir / f"{group}.csv",
                                     "--duration", "0.1"))

    def judge(self, result):
        for group in ("siftr", "rtt", "identity"):
            done = result.facts[group]
            yield done["code"] == 0, f"{group}: traced", f"{done}"
            for function, groups in self.GROUPS.items():
                named = f"{function} cannot be hooked in this kernel" in done["stderr"]
                yield (named == (group in groups and result.way != "kprobe"),
                       f"{group}: {function} is named only if it is needed", done["stderr"])


@scenario
class Refused(Scenario):
    """The kernel finds other arguments at the function than the types say, and does not tell whose
    program it refuses."""

    name = "a_hook_that_only_counts_is_left_out_alone_when_the_kernel_refuses_it"
    tracer = None
    capture = False

    def traffic(self, bed):
        other = others_place()
        run(bed, "refused", rename(bed, {REFUSED: "_" * len(REFUSED), other: REFUSED}))

    def judge(self, result):
        traced = result.facts["refused"]
        stderr = traced["stderr"]
        yield traced["code"] == 0, "traced", f"{traced}"
        if result.way == "kprobe":
            return
        yield f"hooks attached by {result.way}" in stderr, "by fentry", stderr
        yield (f"{REFUSED} cannot be hooked" in stderr and stderr.count("cannot be hooked") == 1,
               "without the hook that is refused", stderr)


@scenario
class Fallen(Scenario):
    """Without its types the sending function cannot be hooked by fentry, but by kprobe."""

    name = "a_fall_from_fentry_to_kprobe_is_not_silent"
    tracer = None
    capture = False

    def traffic(self, bed):
        for label, prefix in (("plain", []), ("fallen", hide(bed, ["__tcp_transmit_skb"]))):
            run(bed, label, prefix, ("-o", bed.dir / f"{label}.log", "--duration", "0.1"))
        run(bed, "doctor", hide(bed, ["__tcp_transmit_skb"]), ("doctor",))

    def judge(self, result):
        words = "hooks are attached by kprobe, which costs more, because fentry did not work here"
        for label in ("plain", "fallen", "doctor"):
            done = result.facts[label]
            told = (done["stderr"] + done["stdout"]).count(words)
            yield done["code"] == 0, f"{label}: it works", f"{done}"
            yield (told == (label != "plain" and result.way == "fentry"),
                   f"{label}: the fall is reported where there is one", f"{done}")
