"""Which connections the filters select, as tcpdump's own filter selects them in the captures."""

import ctypes
import json
import socket
from collections import Counter

from bed.scenario import Scenario, scenario
from judge import common, siftrlog
from judge.chosen import Chosen
from scenarios import talk

LINES = 4  # exchanges of each connection, enough for some lines
MAPPED_PORT, REUSED_PORT = 81, 82


def disconnect(sock):
    """connect(2) to AF_UNSPEC, which Python lacks: the socket may then connect anew."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.connect(sock.fileno(), bytes(16), 16):
        raise OSError(ctypes.get_errno(), "disconnect")


class Filtered(Scenario):
    """`expression`: what tcpdump selects, see judge/chosen.py. `pairs`: server's and client's ports."""

    pairs = ()
    selected = 0  # connections that tcpdump must find, at both ends

    def traffic(self, bed):
        ends = [talk.open_pair(bed, port=port, bind_port=own) for port, own in self.pairs]
        for _ in range(LINES):
            for client, server in ends:
                talk.exchange(client, server, 100, 2000)
        for client, server in ends:
            talk.close_in_order(client, server)

    def judge(self, result):
        chosen = Chosen(result, self.expression)
        flows = sum(map(len, chosen.flows.values()))
        yield flows == self.selected, f"tcpdump selects {self.selected} ends", f"{chosen.flows}"
        yield from common.complete_run(result, port=chosen)


@scenario
class Ports(Filtered):
    name = "a_list_of_ports_selects_at_either_end_and_leaves_out_the_negated"
    tracer_args = ("--port", "80,8000-8100", "--port", "!8050", "--port", "65535,1")
    pairs = ((80, 5001), (8000, 5002), (8100, 5003), (7999, 5004), (8101, 5005), (8050, 5006),
             (8080, 8050), (9000, 8001), (1, 5007), (65535, 5008), (9001, 65534))
    expression = "(port 80 or portrange 8000-8100 or port 1 or port 65535) and not port 8050"
    selected = 12


@scenario
class Ends(Filtered):
    """The two ends of a connection are filtered apart; a client's port is the server's foreign port."""

    name = "local_and_foreign_ports_must_both_hold"
    one_kernel = True
    tracer_args = ("--lport", "80-90,5001", "--fport", "!5002,!81", "--fport", "1-6000")
    pairs = ((80, 5001), (80, 5002), (81, 5003), (90, 5001), (91, 5004), (5001, 85))
    expression = ("({out} and (src portrange 80-90 or src port 5001) and dst portrange 1-6000 and "
                  "not dst port 5002 and not dst port 81) or "
                  "({in} and (dst portrange 80-90 or dst port 5001) and src portrange 1-6000 and "
                  "not src port 5002 and not src port 81)")
    selected = 7


@scenario
class Direction(Scenario):
    name = "a_direction_has_the_lines_that_a_full_trace_beside_has"
    one_kernel = True
    tracer_args = ("--dir", "in", "--port", "!22", "--stats", "stats.json")

    def traffic(self, bed):
        first = bed.tracer
        tracers = [bed.start_tracer([], log="full.log"),
                   bed.start_tracer(["--dir", "!in"], log="out.log")]
        client, server = talk.open_pair(bed)
        for _ in range(LINES):
            talk.exchange(client, server)
        talk.close_in_order(client, server)
        bed.settle()
        for tracer in tracers:
            tracer.stop()
        bed.tracer = first

    def judge(self, result):
        yield from common.ran_well(result)
        full = Counter(self.lines(result.text("full.log")))
        for log, direction in ((result.log_text, "i"), (result.text("out.log"), "o")):
            wanted = Counter({key: count for key, count in full.items() if key[0] == direction})
            got = Counter(self.lines(log))
            yield sum(wanted.values()) > 2 * LINES, f"packets of {direction} were logged", f"{wanted}"
            yield got == wanted, f"only {direction}, and all of it", f"{got - wanted}, {wanted - got}"
        book = json.loads(result.text("stats.json"))
        yield (book["out"]["filtered_direction"] == book["out"]["filtered"] == book["out"]["hook_runs"] > 0,
               "sent packets are counted as of the other direction", f"{book['out']}")

    @staticmethod
    def lines(log):
        """The data lines of the connection, not those of the self-test of a tracer that started later,
        without what each run makes anew: times and flow ids."""
        for line in siftrlog.parse(log).run.lines:
            if talk.PORT not in (line.lport, line.fport):
                continue
            yield (line.direction, line.flow,
                   tuple((name, value) for name, value in line.values.items() if name != "flowid"))


class Addressed(Filtered):
    """Connections over IPv4 and IPv6 in both directions, and over IPv4 between sockets of IPv6."""

    def traffic(self, bed):
        ends = []
        for client, server in ((bed.a, bed.b), (bed.b, bed.a)):
            ends.append(talk.open_pair(bed, client=client, server=server))
            listener = server.listen(MAPPED_PORT, family=socket.AF_INET6, dual=True)
            for address in (server.addr6, server.addr4, "::ffff:" + server.addr4):
                ends.append(talk.open_pair(bed, MAPPED_PORT, client, server, address, listener))
            listener.close()
        for _ in range(LINES):
            for client, server in ends:
                talk.exchange(client, server, 100, 2000)
        self.reuse(bed)
        for client, server in ends:
            talk.close_in_order(client, server)

    def reuse(self, bed):
        """One socket, connected over IPv6 and, after a disconnect, over IPv4. The kernel cannot do
        it the other way round. A larger receive buffer would outgrow the window of a SYN, which is
        all that the judge sees of it."""
        listener = bed.b.listen(REUSED_PORT, family=socket.AF_INET6, dual=True)
        client = bed.a.socket(socket.AF_INET6)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 15)
        for address in (bed.b.addr6, "::ffff:" + bed.b.addr4):
            client.connect((address, REUSED_PORT))
            server, _ = listener.accept()
            talk.exchange(client, server, 100, 2000)
            server.shutdown(socket.SHUT_WR)
            talk.read_to_end(client)
            bed.settle()
            disconnect(client)
            bed.settle()
            server.close()
        client.close()
        listener.close()


@scenario
class Addresses(Addressed):
    name = "addresses_select_by_prefix_and_mapped_ones_are_ipv4"
    tracer_args = ("--faddr", "10.0.0.2/31,fd00::/16", "--faddr", "!fd00::1")
    expression = ("{out} and (dst net 10.0.0.2/31 or (dst net fd00::/16 and not dst host fd00::1)) or "
                  "{in} and (src net 10.0.0.2/31 or (src net fd00::/16 and not src host fd00::1))")
    selected = 10


@scenario
class AllTogether(Addressed):
    name = "filters_by_address_version_and_port_must_all_hold"
    tracer_args = ("--ip", "4", "--laddr", "::ffff:10.0.0.0/127", "--host", "10.0.0.2,10.0.0.9",
                   "--host", "!10.0.0.8/29,!::/0", "--port", f"{MAPPED_PORT},{REUSED_PORT}",
                   "--stats", "stats.json")
    expression = ("ip and (port 81 or port 82) and host 10.0.0.2 and "
                  "({out} and src net 10.0.0.0/31 or {in} and dst net 10.0.0.0/31)")
    selected = 5

    def judge(self, result):
        yield from super().judge(result)
        book = json.loads(result.text("stats.json"))
        for row in ("filtered_port", "filtered_ip", "filtered_address"):
            yield book["in"][row] > 0 < book["out"][row], f"{row} counts both directions", f"{book}"
