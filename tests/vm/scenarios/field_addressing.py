"""Fields of how packets are sent: TOS, the interface of link-local addresses, MPTCP."""

import ctypes
import re
import socket
import struct
from collections import defaultdict
from itertools import dropwhile
from pathlib import Path

from bed.scenario import Scenario, scenario
from judge import column_tally, common, field_rows, pcap
from judge.ss_compare import endpoint
from scenarios import identity, talk

LINK_LOCAL = {"a": "fe80::1", "b": "fe80::2"}
ECN = 3


@scenario
class Addressing(Scenario):
    """IPv4, IPv6, IPv4 by an IPv6 socket, and link-local addresses, each with a TOS of its own."""

    name = "tos_and_scope_fields_agree_with_captures_and_sockets"
    tracer_args = ("--format", "csv", "--fields", "tos,ipv6_scope")
    # Number of the connection: the host's address, and the TOS of the client and of the server.
    CONNECTIONS = (("10.0.0.2", 0x48, 0x20), ("fd00::2", 0x88, 0), ("::ffff:10.0.0.2", 0x28, 0xb8),
                   (LINK_LOCAL["b"], 0, 0x68))

    def traffic(self, bed):
        self.link_local_addresses(bed)
        index = {host: socket_index(host) for host in bed.hosts}
        for number, (address, *tos) in enumerate(self.CONNECTIONS):
            listener = bed.b.listen(talk.PORT + number, socket.AF_INET6, dual=True)
            client = bed.a.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
            set_tos(client, address, tos[0])
            scope = (0, index[bed.a]) if address == LINK_LOCAL["b"] else ()
            client.connect((address, talk.PORT + number, *scope))
            server, peer = listener.accept()
            listener.close()
            set_tos(server, "::" + peer[0], tos[1])
            if scope:
                bed.note("scopes", [client.getpeername()[3], peer[3]])
            talk.exchange(client, server)
            talk.close_in_order(client, server)

    @staticmethod
    def link_local_addresses(bed):
        for host, peer in ((bed.a, bed.b), (bed.b, bed.a)):
            host.run(["ip", "address", "add", f"{LINK_LOCAL[host.name]}/64", "dev", host.dev,
                      "scope", "link", "nodad"], check=True)
            host.run(["ip", "neighbour", "replace", LINK_LOCAL[peer.name], "dev", host.dev, "lladdr",
                      f"02:00:00:00:00:0{peer.name}", "nud", "permanent"], check=True)

    def judge(self, result):
        yield from common.ran_well(result)
        rows = field_rows.parse(result.log_text)
        flows = {field_rows.flow_of(row) for row in rows}
        yield len(flows) == 2 * len(self.CONNECTIONS), "each connection has rows at both ends", f"{flows}"
        captured = sent_with(result)
        got = defaultdict(set)
        for row in rows:
            if row["direction"] == "o":
                got[field_rows.flow_of(row)].add(int(row["tos"]) & ~ECN)
        for flow in sorted(flows):
            sent = sum(row["direction"] == "o" for row in rows if field_rows.flow_of(row) == flow)
            yield (column_tally.agree("tos", column_tally.CAPTURE, got[flow], captured[flow], sent) and
                   len(got[flow]) == 1,
                   f"tos is that of the captured packets of {flow}", f"{got[flow]}, {captured[flow]}")
        scopes = [{row["ipv6_scope"] for row in rows if row["laddr"] == LINK_LOCAL[host]}
                  for host in "ab"]
        scoped = sum(row["laddr"] in LINK_LOCAL.values() for row in rows)
        yield (column_tally.agree("ipv6_scope", column_tally.HOST, scopes,
                                  [{str(scope)} for scope in result.facts["scopes"]], scoped),
               "ipv6_scope is that of the socket's address", f"{scopes}, {result.facts['scopes']}")
        others = {row["ipv6_scope"] for row in rows if row["laddr"] not in LINK_LOCAL.values()}
        yield others == {""}, "other addresses have no scope", f"{others}"


def socket_index(host):
    text = host.run(["ip", "-o", "link", "show", "dev", host.dev], check=True).stdout
    return int(text.split(":")[0])


def set_tos(sock, address, tos):
    """The TOS of an IPv4 connection and the traffic class of an IPv6 one are apart."""
    if ":" in address and "." not in address:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, tos)
    else:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, tos)


def sent_with(result):
    """flow -> the TOS of its captured packets, but of those that open it."""
    found = defaultdict(set)
    for host, addresses in common.ADDRESSES.items():
        for packet in pcap.read(result.pcap(host)):
            if packet.src in (*addresses, LINK_LOCAL[host]) and not packet.has(pcap.SYN):
                found[packet.src, packet.sport, packet.dst, packet.dport].add(packet.tos & ~ECN)
    return found


@scenario
class Multipath(Scenario):
    name = "mptcp_fields_agree_with_ss_and_the_socket"
    tracer_args = ("--format", "csv", "--fields", "mptcp_token,mptcp_subflow_id")
    PLAIN_PORT = talk.PORT + 1

    def traffic(self, bed):
        offered = Path("/proc/sys/net/mptcp/enabled").exists()
        bed.note("offered", offered)
        if offered:
            client, server = identity.Subflows.open_pair(bed)
            talk.exchange(client, server, 2000, 20000)
            bed.settle()
            talk.exchange(client, server, 2000, 20000)
            bed.note("ids", {host.name: subflow_ids(end) for host, end in ((bed.a, client), (bed.b, server))})
            for host in bed.hosts:
                bed.save(f"ss-{host.name}.txt", host.run(["ss", "-tinHO"], check=True).stdout)
            talk.close_in_order(client, server)
        ends = talk.open_pair(bed, port=self.PLAIN_PORT)
        talk.exchange(*ends)
        talk.close_in_order(*ends)

    def judge(self, result):
        yield from common.ran_well(result)
        rows = field_rows.parse(result.log_text)
        plain = [row for row in rows if str(self.PLAIN_PORT) in (row["lport"], row["fport"])]
        yield (plain and not any(row["mptcp_token"] or row["mptcp_subflow_id"] for row in plain),
               "a connection without MPTCP has neither token nor subflow", f"{plain[:1]}")
        if not result.facts["offered"]:
            yield len(plain) == len(rows), "a kernel without MPTCP has no other rows"
            return
        tokens = dict(self.tokens(result))
        yield len(tokens) == 4, "ss shows two subflows at each end", f"{tokens}"
        for flow, token in sorted(tokens.items()):
            of_flow = [row for row in rows if field_rows.flow_of(row) == flow]
            got = {row["mptcp_token"] for row in of_flow}
            yield (column_tally.agree("mptcp_token", column_tally.SS, got, {str(token)}, len(of_flow)),
                   f"mptcp_token is that of ss, {flow}", f"{got}, {token}")
            ids = result.facts["ids"]["a" if flow[3] == talk.PORT else "b"]
            want = "" if ids is None else str(ids[f"{flow[0]}:{flow[1]}-{flow[2]}:{flow[3]}"])
            # The number is given when the connection takes the subflow in, after its first packets.
            values = [row["mptcp_subflow_id"] for row in of_flow]
            got = set(dropwhile(lambda value: want and not value, values))
            yield (column_tally.agree("mptcp_subflow_id", column_tally.HOST, got, {want}, len(of_flow)),
                   f"mptcp_subflow_id is that of the socket, {flow}", f"{got}, {want}")

    @staticmethod
    def tokens(result):
        """Of each subflow, the token of its own end."""
        for host in "ab":
            for text in result.text(f"ss-{host}.txt").splitlines():
                token = re.search(r"\btoken:[0-9a-f]+\(id:\d+\)/([0-9a-f]+)\(", text)
                if token:
                    words = text.split()
                    yield endpoint(words[3]) + endpoint(words[4]), int(token[1], 16)


class FullInfo(ctypes.Structure):
    """struct mptcp_full_info of linux/mptcp.h, without the mptcp_info at its end."""
    _fields_ = [("tcp_kernel", ctypes.c_uint32), ("tcp_user", ctypes.c_uint32),
                ("kernel", ctypes.c_uint32), ("user", ctypes.c_uint32),
                ("count", ctypes.c_uint32), ("room", ctypes.c_uint32),
                ("subflows", ctypes.c_uint64), ("tcp", ctypes.c_uint64),
                ("rest", ctypes.c_char * 256)]


SOL_MPTCP, MPTCP_FULL_INFO = 284, 4
INFO_BYTES, ROOM, LOCAL, REMOTE = 264, 8, 8, 136


def subflow_ids(sock):
    """"address:port-address:port" -> number of the subflow; None where the kernel numbers none."""
    array = ctypes.create_string_buffer(INFO_BYTES * ROOM)
    info = FullInfo(user=INFO_BYTES, room=ROOM, subflows=ctypes.addressof(array))
    size = ctypes.c_uint32(ctypes.sizeof(info))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.getsockopt(sock.fileno(), SOL_MPTCP, MPTCP_FULL_INFO, ctypes.byref(info), ctypes.byref(size)):
        return None

    def name(at):
        port, address = struct.unpack_from("!H4s", array, at + 2)
        return f"{socket.inet_ntoa(address)}:{port}"

    return {f"{name(at + LOCAL)}-{name(at + REMOTE)}": struct.unpack_from("I", array, at)[0]
            for at in range(0, info.count * INFO_BYTES, INFO_BYTES)}
