"""Which packets belong to one flow: reused ports, connections older than the tracer, sockets used from
another namespace, and the subflows of MPTCP."""

import time
from pathlib import Path

from bed import namespaces
from bed.scenario import Scenario, scenario
from judge import attach_midstream, common, expected_differences, line_packet_pairs, sampled
from scenarios import closing, links, opening, talk

THOROUGH = True

IPPROTO_MPTCP = 262
SECOND_ADDRESS = "10.0.0.3"
AGAIN = 4


@scenario
class Phases(Scenario):
    name = "a_port_reused_within_a_second_is_a_flow_with_a_phase_of_its_own"
    tracer_args = ("--ppl", "3")

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT)
        ended, gaps = None, []
        for number in range(AGAIN):
            client, server = opening.Reused.again(bed, listener)
            if ended is not None:
                gaps.append(time.monotonic() - ended)
            # One packet more each time, so that a counter carried over would show.
            for _ in range(4 + number):
                talk.exchange(client, server, 100, 100)
            self.end(client, server, number)
            ended = time.monotonic()
        bed.note("gaps", gaps)

    @staticmethod
    def end(client, server, number):
        if number % 2:
            talk.close_in_order(server, client)
        else:
            closing.reset(client)
            # A FIN sent before the reset arrives would be answered by no socket.
            closing.wait_for_reset(server)
            server.close()

    def judge(self, result):
        yield from sampled.checks(result, 3)
        run = line_packet_pairs.log_of(result)
        for flow in run.flows:
            ids = opening.ids_of(run, flow)
            yield len(ids) == AGAIN, f"{AGAIN} flows had the name {flow}", f"ids {ids}"
        gaps = ", ".join(f"{gap:.3f}" for gap in result.facts["gaps"])
        yield True, f"figures: seconds from one end to the next beginning: {gaps}"


class Alive(Scenario):
    """Connections that are older than the tracer."""

    tracer = None
    ppl = 1

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT)
        pairs = [talk.open_pair(bed, listener=listener) for _ in range(3)]
        for number, pair in enumerate(pairs):
            for _ in range(3 + number):
                talk.exchange(*pair, 100, 1000)
        bed.settle()
        bed.start_tracer(("--ppl", self.ppl))
        for number, pair in enumerate(pairs):
            for _ in range(5 + number):
                talk.exchange(*pair, 100, 1000)
        bed.settle()
        for pair in pairs:
            talk.close_in_order(*pair)

    def judge(self, result):
        yield from attach_midstream.checks(result, self.ppl)


@scenario
class AliveAll(Alive):
    name = "a_flow_older_than_the_tracer_is_logged_from_its_next_packet"


@scenario
class AliveSampled(Alive):
    name = "a_flow_older_than_the_tracer_is_sampled_from_its_next_packet"
    ppl = 3


@scenario
class Moved(Scenario):
    name = "a_socket_used_from_another_namespace_stays_in_its_own"

    def traffic(self, bed):
        with links.pair(bed) as (left, right):
            near = talk.open_pair(bed, bind_port=opening.CLIENT_PORT)
            far = talk.open_pair(bed, client=left, server=right, bind_port=opening.CLIENT_PORT)
            # The process is in the namespace of one pair and uses sockets of the other.
            for number in range(10):
                with namespaces.inside(left.netns):
                    talk.exchange(*near, 100, 1000 + number)
                with namespaces.inside(bed.a.netns):
                    talk.exchange(*far, 200, 3000 + number)
                    talk.exchange(*far, 200, 3000 + number)
            with namespaces.inside(right.netns):
                talk.close_in_order(*near)
            with namespaces.inside(bed.b.netns):
                talk.close_in_order(*far)

    def judge(self, result):
        yield from common.complete_run(result, hosts={**common.ADDRESSES, **common.EXTRA})
        run = line_packet_pairs.log_of(result)
        for flow in run.flows:
            ids = opening.ids_of(run, flow)
            yield len(ids) == 2, f"two flows have the name {flow}", f"ids {ids}"


@scenario
class Subflows(Scenario):
    name = "the_subflows_of_an_mptcp_connection_are_flows"

    def traffic(self, bed):
        offered = Path("/proc/sys/net/mptcp/enabled").exists()
        bed.note("offered", offered)
        if not offered:
            return
        client, server = self.open_pair(bed)
        for _ in range(3):
            talk.exchange(client, server, 2000, 20000)
            bed.settle()
        bed.note("subflows", bed.a.run(["ss", "-tnH", "state", "established"],
                                       check=True).stdout.count("\n"))
        talk.close_in_order(client, server)

    @classmethod
    def open_pair(cls, bed):
        """(client's socket, server's socket) of a connection that gets a second subflow."""
        for host in bed.hosts:
            host.sysctl("net.mptcp.enabled", 1)
            host.run(["ip", "mptcp", "limits", "set", "subflows", "2"], check=True)
        cls.second_address(bed)
        listener = bed.b.socket(proto=IPPROTO_MPTCP)
        listener.bind(("", talk.PORT))
        listener.listen(8)
        client = bed.a.socket(proto=IPPROTO_MPTCP)
        client.connect((bed.b.addr4, talk.PORT))
        return client, listener.accept()[0]

    @staticmethod
    def second_address(bed):
        bed.a.run(["ip", "address", "add", f"{SECOND_ADDRESS}/24", "dev", bed.a.dev], check=True)
        bed.b.run(["ip", "neighbour", "replace", SECOND_ADDRESS, "lladdr", "02:00:00:00:00:0a",
                   "dev", bed.b.dev, "nud", "permanent"], check=True)
        bed.a.run(["ip", "mptcp", "endpoint", "add", SECOND_ADDRESS, "dev", bed.a.dev, "subflow"],
                  check=True)

    def judge(self, result):
        if not result.facts["offered"]:
            yield None, "MPTCP subflows are flows", "this kernel is built without MPTCP"
            return
        yield (result.facts["subflows"] == 2, "the connection had two subflows",
               f"{result.facts['subflows']}")
        hosts = {**common.ADDRESSES, "a": (*common.ADDRESSES["a"], SECOND_ADDRESS)}
        yield from expected_differences.complete_run(result, hosts,
                                                     expected_differences.mptcp_windows)
        run = line_packet_pairs.log_of(result)
        near = {flow[0] for flow in run.flows if flow[3] == talk.PORT}
        yield (near == {"10.0.0.1", SECOND_ADDRESS} and len(run.flows) == 4,
               "each subflow is a flow at both ends", f"{run.flows}")
        ids = {line.flowid for line in run.lines}
        yield len(ids) == 4, "every subflow has an id of its own", f"{ids}"
