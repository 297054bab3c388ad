"""Congestion controls: the log shows the values of each, through delay and loss."""

import socket
import subprocess

from bed.scenario import Scenario, scenario
from judge import common, expected_differences, late_ack, siftrlog
from scenarios import links, talk

THOROUGH = True

PART = 256 << 10
PARTS = 4
TCP_ECN_ON = 1


class Controlled(Scenario):
    """One megabyte in four parts, a quiet moment after each."""

    timeout = 180
    control = module = ""
    path = "delay 10ms loss 1% limit 10000"
    ecn = False

    def traffic(self, bed):
        if self.module:
            subprocess.run(["modprobe", "-q", self.module])
        with links.pair(bed, middle=True) as hosts:
            for host in hosts:
                host.sysctl("net.ipv4.tcp_slow_start_after_idle", 0)
                # Small packets, so that one percent of them is a number.
                links.ip("-n", host.name, "link", "set", host.dev, "gso_max_segs", "2")
                if self.ecn:
                    host.sysctl("net.ipv4.tcp_ecn", TCP_ECN_ON)
            available = hosts[0].sysctl("net.ipv4.tcp_available_congestion_control").split()
            bed.note("available", self.control in available)
            if self.control in available:
                self.converse(bed, hosts)

    def converse(self, bed, hosts):
        client, server = self.connect(*hosts)
        for host in hosts:
            links.impair(host, self.path)
        for part in range(PARTS):
            talk.transfer(client, server, PART)
            links.settle(hosts)
            links.snapshot(bed, hosts, f"part-{part}")
            bed.note("control", self.name_of(client))
        talk.exchange(client, server)
        links.settle(hosts)
        talk.close_in_order(client, server)

    def connect(self, left, right):
        """Set by the socket option, as the default of a namespace has to be an unrestricted control."""
        listener, client = right.listen(talk.PORT), left.socket()
        for sock in (listener, client):
            talk.set_control(sock, self.control)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.connect((right.addr4, talk.PORT))
        return client, listener.accept()[0]

    @staticmethod
    def name_of(sock):
        raw = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16)
        return raw.rstrip(b"\0").decode()

    @staticmethod
    def whole(result):
        yield from common.complete_run(result, hosts=common.EXTRA)

    def judge(self, result):
        if not result.facts["available"]:
            yield None, f"transfers under {self.control}", "this kernel has no such module"
            return
        yield (result.facts["control"] == self.control, f"the sender ran {self.control}",
               result.facts["control"])
        yield from self.whole(result)
        for part in range(PARTS):
            yield from common.at_quiet(result, f"part-{part}", hosts="cd")
        lines = siftrlog.parse(result.log_text).run.lines
        windows = {line.snd_cwnd for line in lines if line.fport == talk.PORT}
        yield len(windows) > 3, "the sender's window moved", f"{windows}"
        retransmitted = sum(result.nstat(host)["TcpRetransSegs"] for host in "cd")
        yield True, f"figures: {len(windows)} windows, {retransmitted} segments retransmitted"


@scenario
class Cubic(Controlled):
    name = "cubic_is_logged_as_ss_shows_it"
    control = "cubic"


@scenario
class Reno(Controlled):
    name = "reno_is_logged_as_ss_shows_it"
    control = "reno"


@scenario
class Bbr(Controlled):
    name = "bbr_is_logged_as_ss_shows_it"
    control, module = "bbr", "tcp_bbr"


@scenario
class Dctcp(Controlled):
    name = "dctcp_is_logged_as_ss_shows_it"
    control, module, ecn = "dctcp", "tcp_dctcp", True
    path = "delay 10ms loss 2% ecn limit 10000"

    @staticmethod
    def whole(result):
        yield from expected_differences.complete_run(result, common.EXTRA, late_ack.explain)
