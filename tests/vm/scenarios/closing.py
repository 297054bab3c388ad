"""The ways a connection ends: every packet of the closing states that still has a socket."""

import socket
import struct

from bed.scenario import Scenario, scenario
from judge import common, program_report, siftrlog
from scenarios import links, talk

DATA = 4000


def stays(result, port, at_server):
    """The states that the lines of one end show."""
    log = siftrlog.parse(result.log_text)
    flows = sorted({line.flow for line in log.run.lines
                    if (line.lport if at_server else line.fport) == port})
    return [common.states(result, flow) for flow in flows]


def reset(sock):
    """close() drops the connection instead of closing it."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


@scenario
class HalfClose(Scenario):
    name = "half_close_logs_every_closing_state"

    def traffic(self, bed):
        for first in (0, 1):
            ends = talk.open_pair(bed, port=talk.PORT + first)
            early, late = ends[first], ends[1 - first]
            talk.exchange(*ends)
            early.shutdown(socket.SHUT_WR)
            talk.read_to_end(late)
            for _ in range(8):
                late.sendall(b"d" * DATA)
                talk.read_exactly(early, DATA)
            late.shutdown(socket.SHUT_WR)
            talk.read_to_end(early)
            bed.settle()

    def judge(self, result):
        yield from common.complete_run(result)
        for port, server_first in ((talk.PORT, False), (talk.PORT + 1, True)):
            for at_server in (False, True):
                wanted = [4, 6, 9] if at_server == server_first else [4, 5, 8]
                found = stays(result, port, at_server)
                yield (found == [wanted], f"port {port}: states {wanted} at the "
                       f"{'server' if at_server else 'client'}", f"{found}")


@scenario
class ServerCloses(Scenario):
    name = "server_closing_first_leaves_the_rest_to_its_time_wait_socket"
    preemption = True

    def traffic(self, bed):
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        server.close()
        talk.read_to_end(client)
        bed.settle()
        client.close()

    def judge(self, result):
        yield from common.complete_run(result)
        footer = siftrlog.parse(result.log_text).run.footer
        yield (footer["num_inbound_skipped_pkts_inpcb"] == 1,
               "the client's FIN reached no full socket", f"{footer}")


@scenario
class BothClose(Scenario):
    name = "simultaneous_close_goes_through_closing"

    def traffic(self, bed):
        with links.pair(bed, middle=True) as hosts:
            for host in hosts:
                links.impair(host, "delay 60ms")
            client, server = talk.open_pair(bed, client=hosts[0], server=hosts[1])
            talk.exchange(client, server)
            links.settle(hosts)
            client.shutdown(socket.SHUT_WR)
            server.shutdown(socket.SHUT_WR)
            talk.read_to_end(client)
            talk.read_to_end(server)

    def judge(self, result):
        yield from common.complete_run(result, hosts=common.EXTRA)
        for at_server in (False, True):
            found = stays(result, talk.PORT, at_server)
            yield found == [[4, 6, 7]], "states 4, 6, 7", f"{found}"


@scenario
class Resets(Scenario):
    name = "resets_are_logged_where_they_arrive"

    def traffic(self, bed):
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        bed.settle()
        reset(client)
        bed.settle()
        client, server = talk.open_pair(bed, port=talk.PORT + 1)
        talk.exchange(client, server)
        client.sendall(b"nobody reads this")
        bed.settle()
        server.close()
        bed.settle()

    def judge(self, result):
        yield from common.complete_run(result)
        footer = siftrlog.parse(result.log_text).run.footer
        # Each connection has one SYN; each reset is sent by a socket that is closed already.
        yield (footer["num_outbound_skipped_pkts_tcpcb"] == 4,
               "both resets were sent from a closed socket", f"{footer}")
        last = {}
        for line in siftrlog.parse(result.log_text).run.lines:
            last[line.flow] = line
        ended = [line for line in last.values() if line.direction == "i" and line.conn_state == 4]
        yield len(ended) == 2, "both resets arrived in ESTABLISHED", f"{last}"


@scenario
class LateData(Scenario):
    name = "data_after_close_is_answered_by_a_reset"
    preemption = True

    def traffic(self, bed):
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        client.close()
        bed.settle()
        server.sendall(b"too late")
        bed.settle()

    def judge(self, result):
        yield from common.complete_run(result)


def wait_for_reset(sock):
    """Returns when the peer's RST has arrived."""
    try:
        sock.recv(1)
    except ConnectionResetError:
        pass


class LateFlow(Scenario):
    """Data still arrives after a close with unread data, until the reset has reached the sender."""

    port = None
    late = 5

    @property
    def tracer_args(self):
        return ("--port", str(self.port)) if self.port else ()

    def traffic(self, bed):
        with links.pair(bed, middle=True) as hosts:
            links.impair(hosts[0], "delay 0ms")
            overrun = [self.unread(bed, hosts, talk.PORT + number, address, listens)
                       for number, (address, listens) in enumerate(
                           (address, listens) for address in (hosts[1].addr4, hosts[1].addr6)
                           for listens in (True, False))]
            links.settle(hosts)
            for client, server, listener, listens in overrun:
                if not listens:
                    listener.close()
            links.impair(hosts[0], "delay 2s")
            for client, server, listener, listens in overrun:
                server.close()
                for _ in range(self.late):
                    client.sendall(b"late")
            for client, server, listener, listens in overrun:
                wait_for_reset(client)
            links.settle(hosts)
            for client, server, listener, listens in overrun:
                client.close()
                listener.close()

    @staticmethod
    def unread(bed, hosts, port, address, listens):
        """A connection whose server has data that nobody reads."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        listener = hosts[1].listen(port, family)
        client, server = talk.open_pair(bed, client=hosts[0], server=hosts[1], address=address,
                                        port=port, listener=listener)
        talk.exchange(client, server)
        client.sendall(b"nobody reads this")
        return client, server, listener, listens

    def judge(self, result):
        yield from common.complete_run(result, port=self.port, hosts=common.EXTRA)
        found = program_report.row(result.stderr_text, "late, no such") or (0, 0)
        # The data at the server, and the resets that answer it at the client: at least once each.
        wanted = 2 * self.late * (1 if self.port else 4)
        yield (found[0] >= wanted,
               f"at least {wanted} packets were too late, with a listener and without",
               f"{found}: {result.stderr_text}")


@scenario
class LateEverywhere(LateFlow):
    name = "packets_of_a_closed_connection_are_counted_with_and_without_a_listener"
    preemption = True


@scenario
class LateOnPort(LateFlow):
    name = "packets_of_a_closed_connection_are_counted_under_their_port"
    one_kernel = True
    port = talk.PORT + 1
