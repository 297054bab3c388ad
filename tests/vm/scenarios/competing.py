"""More tasks than processors, each of which may be preempted where a program runs: the kernel must not
skip the program for the others meanwhile."""

import os

from bed import kprobes
from bed.scenario import Scenario, scenario
from judge import common, program_report
from scenarios import talk

CONNECTIONS, ROUNDS = 16, 120
MESSAGE = b"m" * 100
ONE_IN = 100_000


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


def ask(sock):
    for _ in range(ROUNDS):
        sock.sendall(MESSAGE)
        talk.read_exactly(sock, len(MESSAGE))


def answer(sock):
    for _ in range(ROUNDS):
        sock.sendall(talk.read_exactly(sock, len(MESSAGE)))


@scenario
class Competing(Scenario):
    name = "connections_that_compete_for_the_processors_miss_nothing"
    preemption = True

    @property
    def tracer_args(self):
        """Asks for programs behind each first one also without preemption; kprobes may have none."""
        return () if kprobes.way() == "kprobe" else ("--strict",)

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT)
        pairs = [talk.open_pair(bed, listener=listener) for _ in range(CONNECTIONS)]
        listener.close()
        children = [in_a_process(function, sock) for pair in pairs
                    for function, sock in zip((ask, answer), pair)]
        bed.note("codes", [os.waitpid(child, 0)[1] for child in children])
        for client, server in pairs:
            talk.close_in_order(client, server)

    def judge(self, result):
        yield not any(result.facts["codes"]), "every process exchanged all it should", str(result.facts)
        yield from common.complete_run(result)
        seen = sum(program_report.row(result.stderr_text, "packets seen") or (0,))
        missed = sum(result.missed(letter) for letter in "io")
        yield seen >= 4 * CONNECTIONS * ROUNDS, "the load was what it should be", f"{seen} packets"
        if result.way != "kprobe":  # which has no program behind it
            yield missed * ONE_IN <= seen, f"missed: {missed} of {seen} packets"
        else:
            yield True, f"figures: by {result.way} {missed} of {seen} packets were missed"
