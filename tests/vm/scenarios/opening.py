"""The ways in which a connection begins, reused 4-tuples and 4-tuples that exist twice."""

import errno
import socket
import time

from bed.scenario import Scenario, scenario
from bed.waiting import PATIENCE
from judge import common, siftrlog
from scenarios import closing, links, talk

FAST_OPEN = 0x80000000
CLIENT_PORT = 40000


def log_of(result):
    return siftrlog.parse(result.log_text).run


def ids_of(run, flow):
    return {line.flowid for line in run.lines if line.flow == flow}


@scenario
class FastOpen(Scenario):
    name = "fast_open_logs_from_established_on"

    def traffic(self, bed):
        with links.pair(bed, middle=True) as (left, right):
            for host in (left, right):
                host.sysctl("net.ipv4.tcp_fastopen", 3)
            listener = right.listen(talk.PORT)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 16)
            self.call(left, right, listener)
            # The cookie is known now. The server has most of a second to answer before the
            # handshake is over, and no more, as the SYN would be sent again.
            for host in (left, right):
                links.impair(host, "delay 400ms")
            self.call(left, right, listener)

    @staticmethod
    def call(left, right, listener):
        client = left.socket()
        client.sendto(b"q" * 500, socket.MSG_FASTOPEN, (right.addr4, talk.PORT))
        server, _ = listener.accept()
        talk.read_exactly(server, 500)
        server.sendall(b"r" * 3000)
        talk.read_exactly(client, 3000)
        talk.exchange(client, server)
        talk.close_in_order(client, server)

    def judge(self, result):
        yield from common.complete_run(result, hosts=common.EXTRA)
        opened = {line.flow for line in log_of(result).lines
                  if line.t_flags & FAST_OPEN and line.fport == talk.PORT}
        yield len(opened) >= 1, "the client's flow shows fast open", f"{opened}"
        yield (result.nstat("d")["TcpExtTCPFastOpenPassive"] == 1,
               "the second connection's SYN carried data that was taken", "")
        footer = log_of(result).footer
        yield (footer["num_outbound_skipped_pkts_tcpcb"] == 3,
               "two SYNs and the server's early answer were sent below ESTABLISHED", f"{footer}")


@scenario
class BothOpen(Scenario):
    name = "simultaneous_open_logs_from_established_on"

    def traffic(self, bed):
        with links.pair(bed, middle=True) as hosts:
            for host in hosts:
                links.impair(host, "delay 400ms")
            left, right = self.meet(hosts)
            talk.exchange(left, right)
            talk.close_in_order(left, right)

    @staticmethod
    def meet(hosts):
        """Both ends connect before either SYN has arrived."""
        socks = [host.socket() for host in hosts]
        for number, sock in enumerate(socks):
            sock.bind(("", CLIENT_PORT + number))
            sock.setblocking(False)
        for number, sock in enumerate(socks):
            code = sock.connect_ex((hosts[1 - number].addr4, CLIENT_PORT + 1 - number))
            if code != errno.EINPROGRESS:
                raise OSError(code, "connect")
        links.settle(hosts)
        for sock in socks:
            sock.setblocking(True)
        return socks

    def judge(self, result):
        yield from common.complete_run(result, hosts=common.EXTRA)
        footer = log_of(result).footer
        yield (footer["num_outbound_skipped_pkts_tcpcb"] >= 4,
               "two SYNs and two SYN-ACKs came from full sockets", f"{footer}")


@scenario
class Reused(Scenario):
    name = "a_reused_port_is_a_new_flow"

    @staticmethod
    def again(bed, listener):
        """The same 4-tuple once more, as soon as the last ACK has freed the client's port."""
        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                return talk.open_pair(bed, listener=listener, bind_port=CLIENT_PORT)
            except OSError as error:
                if error.errno != errno.EADDRNOTAVAIL or time.monotonic() > give_up:
                    raise

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT)
        client, server = self.again(bed, listener)
        talk.exchange(client, server)
        closing.reset(client)
        # A server that closes first sends a FIN, which may cross the SYN of the next connection.
        closing.wait_for_reset(server)
        server.close()
        client, server = self.again(bed, listener)
        talk.exchange(client, server)
        server.shutdown(socket.SHUT_WR)
        talk.read_to_end(client)
        client.close()
        server.close()
        client, server = self.again(bed, listener)
        talk.exchange(client, server)
        talk.close_in_order(server, client)

    def judge(self, result):
        yield from common.complete_run(result)
        run = log_of(result)
        for flow in run.flows:
            ids = ids_of(run, flow)
            yield len(ids) == 3, f"three flows had the name {flow}", f"ids {ids}"


@scenario
class Twice(Scenario):
    name = "the_same_4_tuple_in_two_namespaces_is_two_flows"

    def traffic(self, bed):
        with links.pair(bed) as (left, right):
            one = talk.open_pair(bed, bind_port=CLIENT_PORT)
            two = talk.open_pair(bed, client=left, server=right, bind_port=CLIENT_PORT)
            for number in range(10):
                talk.exchange(*one, 100, 1000 + number)
                talk.exchange(*two, 200, 3000 + number)
                talk.exchange(*two, 200, 3000 + number)
            talk.close_in_order(*one)
            talk.close_in_order(*reversed(two))

    def judge(self, result):
        yield from common.complete_run(result, hosts={**common.ADDRESSES, **common.EXTRA})
        run = log_of(result)
        for flow in run.flows:
            ids = ids_of(run, flow)
            yield len(ids) == 2, f"two flows have the name {flow}", f"ids {ids}"
