"""A test build attaches the programs of a hook in the wrong order, or not all of them."""

import os
import socket

from bed.scenario import Scenario, scenario
from judge import common, program_report
from scenarios import competing, talk


@scenario
class Reversed(Scenario):
    """A test build attaches the first program of each hook first, so that the kernel runs it last."""

    name = "programs_that_run_in_the_wrong_order_are_replaced_by_one_for_each_hook"
    tracer = None

    def traffic(self, bed):
        os.environ["SIFTR_BPF_REVERSED"] = "1"
        bed.start_tracer(("--strict", "-v"))
        client, server = talk.open_pair(bed)
        for _ in range(competing.ROUNDS):
            talk.exchange(client, server, len(competing.MESSAGE), len(competing.MESSAGE))
        talk.close_in_order(client, server)

    def judge(self, result):
        if not result.force:
            yield None, "the wrong order", "only a test build attaches in it"
            return
        missed = sum(result.missed(letter) for letter in "io")
        yield from common.complete_run(result, exit_code=5 if missed else 0)
        told = result.stderr_text.count(competing.OTHER_ORDER)
        # A kprobe runs before the fentry programs behind it, but those have an order if there are several;
        # with kernel rings there are none.
        has_order = ("records in mapped rings" in result.stderr_text
                     and (result.way == "fentry" or "program third_" in result.stderr_text))
        yield told == has_order, "the wrong order is told once", result.stderr_text


@scenario
class Unfinished(Scenario):
    """A test build leaves out the program that removes the marks for those behind a hook's first one.
    Each connection has sockets at other addresses, because idle ones take those that become free."""

    name = "marks_that_are_left_over_go_with_their_sockets"
    tracer = None
    capture = False
    connections = 150

    def traffic(self, bed):
        talk.make_room(bed)
        os.environ["SIFTR_BPF_UNFINISHED"] = "1"
        bed.start_tracer(("--strict", "-v"))
        listener, idle = bed.b.listen(talk.PORT), []
        for _ in range(self.connections):
            client, server = talk.open_pair(bed, listener=listener)
            talk.exchange(client, server, len(competing.MESSAGE), len(competing.MESSAGE))
            talk.close_in_order(client, server)
            idle += [socket.socket() for _ in range(4)]

    def judge(self, result):
        if not result.force or "records in mapped rings" not in result.stderr_text:
            yield None, "marks that are left over", "only a test build with marks leaves them"
            return
        missed = sum(result.missed(letter) for letter in "io")
        seen = sum(program_report.row(result.stderr_text, "packets seen") or (0,))
        yield seen >= 10 * self.connections, "the connections were seen", f"{seen} packets"
        # What is left are two sockets of a connection that share a mark.
        yield missed * 100 <= seen, "hardly any is in another's way", f"{missed} of {seen} packets"
