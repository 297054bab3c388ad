"""More tasks than processors, each of which may be preempted where a program runs: the kernel must not
skip the program for the others meanwhile."""

import os
import re
import signal

from bed import kprobes
from bed.scenario import Scenario, scenario
from bed.waiting import wait_for
from judge import common, program_report, rotated_files
from scenarios import controlling, preempting, rotating, talk

CONNECTIONS, ROUNDS = 16, 120
MESSAGE = b"m" * 100
ONE_IN = 100_000
# Full preemption stops kprobe programs too, from some kernel after 6.12 on: one program after the other.
ONE_IN_FULL = 1_000
# A kernel that may preempt programs may have done so to all of a hook at one moment, and misses what is
# sent until one of them goes on: far rarer than a run of this scenario is long, but then it is some packets.
OF_A_MOMENT = 5


def in_a_process(function, *arguments):
    """Starts a process that ends with 0 if the function returns."""
    child = os.fork()
    if child:
        return child
    try:
        function(*arguments)
        os._exit(0)
    except BaseException:
        os._exit(1)


def ask(sock, rounds):
    for _ in range(rounds):
        sock.sendall(MESSAGE)
        talk.read_exactly(sock, len(MESSAGE))


def answer(sock, rounds):
    for _ in range(rounds):
        sock.sendall(talk.read_exactly(sock, len(MESSAGE)))


def begin_competing(bed, rounds=ROUNDS):
    """Starts processes that ask and answer; returns what finish_competing() takes."""
    listener = bed.b.listen(talk.PORT)
    pairs = [talk.open_pair(bed, listener=listener) for _ in range(CONNECTIONS)]
    listener.close()
    return pairs, [in_a_process(function, sock, rounds) for pair in pairs
                   for function, sock in zip((ask, answer), pair)]


def finish_competing(pairs, children):
    """Returns how the processes ended."""
    codes = [os.waitpid(child, 0)[1] for child in children]
    for client, server in pairs:
        talk.close_in_order(client, server)
    return codes


def compete(bed):
    return finish_competing(*begin_competing(bed))


FRONTS = ("hash", "queue")  # of the ways that a test build is forced to, those whose hooks get programs in front
OTHER_ORDER = "another order than they were attached for"
IN_FRONT = re.compile(r"(\w+): the kernel has skipped the hook's program for (\d+) packets")


@scenario
class Competing(Scenario):
    name = "connections_that_compete_for_the_processors_miss_nothing"
    preemption = True

    @property
    def tracer_args(self):
        """Asks for programs behind each first one also without preemption; kprobes may have none."""
        return () if kprobes.way() == "kprobe" else ("--strict",)

    def traffic(self, bed):
        model = preempting.models()[0] if preempting.MODEL.exists() else None
        bed.note("full", model == "full")
        bed.note("preempts", "-rt-" in os.uname().release or bool(model and preempting.preempts(model)))
        bed.note("codes", compete(bed))

    def judge(self, result):
        yield not any(result.facts["codes"]), "every process exchanged all it should", str(result.facts)
        missed = sum(result.missed(letter) for letter in "io")
        strict = result.way != "kprobe"
        yield from common.complete_run(result, exit_code=5 if missed and strict else 0)
        yield OTHER_ORDER not in result.stderr_text, "the order of the programs was the right one"
        seen = sum(program_report.row(result.stderr_text, "packets seen") or (0,))
        yield seen >= 4 * CONNECTIONS * ROUNDS, "the load was what it should be", f"{seen} packets"
        if result.way != "kprobe":  # which has no program behind it
            full = result.way == "typed kprobe" and result.facts["full"]
            allowed = seen // (ONE_IN_FULL if full else ONE_IN)
            if result.facts["preempts"]:
                allowed = max(allowed, OF_A_MOMENT)
            yield missed <= allowed, f"missed: {missed} of {seen} packets, at most {allowed}"
        else:
            yield True, f"figures: by {result.way} {missed} of {seen} packets were missed"


@scenario
class CompetingForService(Competing):
    """With the capabilities of the service, to which Debian's value of perf_event_paranoid leaves kprobes
    without performance events."""

    name = "connections_that_compete_while_the_service_traces_miss_nothing"
    tracer = None

    def traffic(self, bed):
        bed.note("way", kprobes.way())
        if kprobes.way() != "typed kprobe":
            return
        with kprobes.paranoid("3"):
            bed.start_tracer(self.tracer_args, under=kprobes.AS_SERVICE)
            super().traffic(bed)

    def judge(self, result):
        if result.facts["way"] == "typed kprobe":
            yield from super().judge(result)
        else:
            yield None, "typed kprobes of the service", f"by {result.facts['way']} in this kernel"


def preempts(text):
    """Whether the program took the kernel for one that may preempt programs."""
    return not re.search("attached by .*, preemption (none|voluntary|none or voluntary);", text)


def waits_for_seconds(text):
    """Whether the hooks get their second programs while tracing."""
    return "attached by fentry" in text and "records in mapped rings" in text and not preempts(text)


def hardly_any_missed(result, found):
    """Once a hook has its second program; `found` is what IN_FRONT found."""
    missed, before = sum(result.missed(letter) for letter in "io"), sum(int(one) for _, one in found)
    return missed <= before + 1, f"{missed} missed, {before} of them before it was there"


@scenario
class Reinforced(Scenario):
    """Where an interrupt alone can stop a program, a hook has one, until the kernel has skipped it. A test
    build does as if it had, so that the second one is attached while packets come, and all are counted
    once; any other build waits for the kernel."""

    name = "a_hook_whose_program_was_skipped_gets_a_second_one_and_misses_nothing_more"
    preemption = True
    tracer = None
    runs = 4

    def traffic(self, bed):
        os.environ["SIFTR_BPF_REINFORCED"] = "1"
        tracer = bed.start_tracer(("-v",))
        codes = compete(bed)
        for _ in range(self.runs - 1):
            if IN_FRONT.search(tracer.messages()):
                break
            codes += compete(bed)
        bed.note("codes", codes + compete(bed))

    def judge(self, result):
        text = result.stderr_text
        yield not any(result.facts["codes"]), "every process exchanged all it should", str(result.facts)
        yield from common.complete_run(result)
        if not waits_for_seconds(text):
            yield None, "a second program", "each hook has what it needs from the beginning"
            return
        before = [int(packets) for _, packets in IN_FRONT.findall(text)]
        if not before and not result.force:
            yield None, "a second program", "the kernel has skipped none"
            return
        # A test build does as if all hooks were skipped, those that the load does not pass as well.
        wanted = {None: len(before), "queue": 4}.get(result.force, 3)
        yield len(before) == wanted, "each hook that is skipped gets one", text
        missed = sum(result.missed(letter) for letter in "io")
        seen = sum(program_report.row(text, "packets seen") or (0,))
        allowed = sum(before) + seen // ONE_IN
        yield missed <= allowed, f"missed: {missed} of {seen} packets, {sum(before)} of them before it was there"


@scenario
class ManyFlows(Scenario):
    """An interrupt may send a packet for each of many connections: there the hooks have their second programs
    before the kernel has skipped the first ones."""

    name = "with_a_hundred_flows_each_hook_has_a_second_program"
    preemption = True
    tracer_args = ("-v",)
    connections = 60  # of both ends

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT)
        pairs = [talk.open_pair(bed, listener=listener) for _ in range(self.connections)]
        talk.converse(pairs)
        if waits_for_seconds(bed.tracer.messages()):
            wait_for(lambda: len(IN_FRONT.findall(bed.tracer.messages())) >= 3, "the second programs")
        for _ in range(20):
            talk.converse(pairs)
        talk.close_all(pairs)

    def judge(self, result):
        yield from common.complete_run(result)
        text = result.stderr_text
        if not waits_for_seconds(text):
            yield None, "second programs", "each hook has what it needs from the beginning"
            return
        found = IN_FRONT.findall(text)
        yield len(found) == len({hook for hook, _ in found}) >= 3, "each hook has got one", text
        yield hardly_any_missed(result, found)


@scenario
class ReinforcedMeanwhile(Scenario):
    """The same while filters of packets come and go, and the log rotates: the switch that they share has the
    bits of the programs in front."""

    name = "second_programs_log_each_packet_once_while_filters_change_and_the_log_rotates"
    tracer = None
    one_kernel = True
    rounds, rotations = 40, 8

    def traffic(self, bed):
        if os.environ.get("SIFTR_BPF_FORCE") not in FRONTS:
            return
        os.environ["SIFTR_BPF_REINFORCED"] = "1"
        tracer = bed.start_tracer(("-v", "--control", controlling.SOCKET))
        running = begin_competing(bed, self.rounds)
        requests, log, names = controlling.Requests(bed), bed.dir / "siftr.log", []
        for number in range(1, self.rotations + 1):
            requests.done("set", "port=" + ("!9" if number % 2 else "any"))
            names.append(f"siftr.log.{number}")
            log.rename(bed.dir / names[-1])
            tracer.signal(signal.SIGHUP)
            wait_for(lambda: rotating.has_header(log), f"header after {names[-1]}")
        bed.note("names", [*names, log.name])
        bed.note("codes", finish_competing(*running))

    def judge(self, result):
        if not result.facts:
            yield None, "second programs meanwhile", "only a test build attaches them at once"
            return
        text = result.stderr_text
        yield not any(result.facts["codes"]), "every process exchanged all it should", str(result.facts)
        yield from common.ran_well(result)
        yield from rotated_files.checks(result, result.facts["names"])
        if waits_for_seconds(text):
            found = IN_FRONT.findall(text)
            yield len(found) == 3, "each hook has got a second program", text
            yield hardly_any_missed(result, found)
