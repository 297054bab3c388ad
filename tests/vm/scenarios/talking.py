"""Plain conversations: every packet is a line, over IPv4 and IPv6."""

import socket

from bed.scenario import Scenario, scenario
from judge import common, siftrlog
from scenarios import talk


def converse(bed, client, server, label="pause"):
    """Exchanges, a pause with a snapshot of ss, one more exchange and an orderly close."""
    for host in bed.hosts:
        # An idle congestion window would shrink between the snapshot and the next packet.
        host.sysctl("net.ipv4.tcp_slow_start_after_idle", 0)
    for size in (1, 1000, 20000):
        talk.exchange(client, server, 200, size)
    talk.quiet_moment(bed, label)
    talk.exchange(client, server)
    talk.close_in_order(client, server)


def addresses(result):
    log = siftrlog.parse(result.log_text)
    return {(line.laddr, line.faddr) for line in log.run.lines}


@scenario
class RequestResponse4(Scenario):
    name = "a_conversation_over_ipv4_is_logged_completely"

    def traffic(self, bed):
        converse(bed, *talk.open_pair(bed))

    def judge(self, result):
        yield from common.complete_run(result)
        yield from common.at_quiet(result, "pause")


@scenario
class RequestResponse6(Scenario):
    name = "a_conversation_over_ipv6_is_logged_completely"

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT, family=socket.AF_INET6)
        converse(bed, *talk.open_pair(bed, listener=listener, address=bed.b.addr6))
        listener.close()

    def judge(self, result):
        yield from common.complete_run(result)
        yield from common.at_quiet(result, "pause")
        yield (addresses(result) == {("fd00::1", "fd00::2"), ("fd00::2", "fd00::1")},
               "addresses are printed as inet_ntop prints them", f"{addresses(result)}")


@scenario
class Mapped(Scenario):
    name = "an_ipv4_connection_on_a_dual_stack_listener_is_ipv4"

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT, family=socket.AF_INET6, dual=True)
        client, server = talk.open_pair(bed, listener=listener)
        bed.note("peer", server.getpeername()[0])
        converse(bed, client, server)
        listener.close()

    def judge(self, result):
        yield (result.facts["peer"].startswith("::ffff:"), "the server's socket is v4-mapped",
               result.facts["peer"])
        yield from common.complete_run(result)
        yield from common.at_quiet(result, "pause")
        yield (addresses(result) == {("10.0.0.1", "10.0.0.2"), ("10.0.0.2", "10.0.0.1")},
               "both ends are printed as IPv4", f"{addresses(result)}")


@scenario
class ManyFlows(Scenario):
    name = "three_hundred_short_flows_are_all_in_the_list"
    one_kernel = True
    flows = 300
    at_once = 30

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT)
        for _ in range(self.flows // self.at_once):
            pairs = [talk.open_pair(bed, listener=listener) for _ in range(self.at_once)]
            for client, server in pairs:
                talk.exchange(client, server, 100, 1000)
            for client, server in pairs:
                talk.close_in_order(client, server)

    def judge(self, result):
        yield from common.complete_run(result)
        run = siftrlog.parse(result.log_text).run
        yield (len(run.flows) == 2 * self.flows, "both ends of every flow are in the list",
               f"{len(run.flows)} entries")
        ids = {line.flowid for line in run.lines}
        yield len(ids) == 2 * self.flows, "every flow has an id of its own", f"{len(ids)} ids"


@scenario
class Silence(Scenario):
    name = "no_traffic_leaves_a_header_and_a_footer"
    one_kernel = True

    def traffic(self, bed):
        bed.settle()

    def judge(self, result):
        yield from common.complete_run(result)
        run = siftrlog.parse(result.log_text).run
        yield not run.lines, "no line", f"{len(run.lines)} lines"
        yield not run.flows, "the flow list is empty", f"{run.flows}"
        yield result.log_text.count("\n") == 2, "two lines in the file", result.log_text[:400]
