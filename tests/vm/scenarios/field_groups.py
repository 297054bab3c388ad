"""Fields that are asked for by group: each is compared with an oracle that is not ours."""

import os
import re
import socket

from bed.scenario import Scenario, scenario
from judge import column_tally, common, field_rows, field_ss
from judge.ss_compare import endpoint
from scenarios import links, talk

LENGTH = 200_000


@scenario
class PacketOrderAndBytes(Scenario):
    """Through loss, so that segments are sent again and arrive out of order, by IPv4 and IPv6."""

    name = "packet_order_and_byte_fields_agree_with_the_capture"
    preemption = True
    tracer_args = ("--format", "csv", "--fields", "+packet,order,bytes,probe")

    def traffic(self, bed):
        with links.pair(bed, middle=True) as hosts:
            for address in (hosts[1].addr4, hosts[1].addr6):
                # The kernel does not count what is sent again of a handshake as the capture does.
                self.impair(hosts, "delay 5ms limit 10000")
                family = socket.AF_INET6 if ":" in address else socket.AF_INET
                listener = hosts[1].listen(talk.PORT, family)
                ends = talk.open_pair(bed, client=hosts[0], server=hosts[1], address=address,
                                      listener=listener)
                listener.close()
                self.impair(hosts, "delay 5ms loss 4% limit 10000")
                before = hosts[0].tcp_counters()["TcpRetransSegs"]
                talk.transfer(ends[0], ends[1], LENGTH)
                while hosts[0].tcp_counters()["TcpRetransSegs"] == before:
                    talk.transfer(ends[0], ends[1], LENGTH)
                talk.exchange(*ends)
                talk.close_in_order(*ends)
            links.settle(hosts)

    @staticmethod
    def impair(hosts, settings):
        for host in hosts:
            links.impair(host, settings)

    def judge(self, result):
        yield from common.ran_well(result)
        yield from field_rows.judge(result, common.EXTRA)
        retransmitted = sum(result.nstat(host)["TcpRetransSegs"] for host in "cd")
        rows = field_rows.parse(result.log_text)
        again = sum(int(row["gso_segs"]) for row in rows if row["is_retransmit"] == "1")
        # Those of a handshake have no row.
        yield (0 < again <= retransmitted, "segments that were sent again are marked",
               f"{again} of {retransmitted}")


@scenario
class State(Scenario):
    """Before and after a transfer each way through loss and reordering."""

    name = "loss_rate_rtt_and_byte_fields_agree_with_ss"
    preemption = True
    tracer_args = ("--format", "csv", "--fields", "order,loss,rate,rtt,bytes,probe")

    def traffic(self, bed):
        with links.pair(bed, middle=True) as hosts:
            for host in hosts:
                links.impair(host, "delay 2ms 1ms loss 3% limit 10000")
            ends = talk.open_pair(bed, client=hosts[0], server=hosts[1])
            for label in ("before", "after"):
                links.settle(hosts)
                links.snapshot(bed, hosts, label)
                talk.exchange(*ends)
                talk.transfer(ends[0], ends[1], LENGTH // 2)
                talk.transfer(ends[1], ends[0], LENGTH // 4)
            talk.close_in_order(*ends)
            links.settle(hosts)

    def judge(self, result):
        yield from common.ran_well(result)
        for label in ("before", "after"):
            yield from field_ss.judge(result, label, "cd")
        rows = field_rows.parse(result.log_text)
        counted = sum(result.nstat(host)["TcpRetransSegs"] for host in "cd")
        last = {field_rows.flow_of(row): int(row["total_retrans"]) for row in rows}
        # The last row of a connection is from before the last packet that it sends again.
        adds_up = counted - len(last) <= sum(last.values()) <= counted
        yield (column_tally.agree("total_retrans", column_tally.COUNTERS, adds_up, True, len(last)),
               "total_retrans adds up to what nstat counted", f"{last}, {counted}")
        odd = [row for row in rows if row["direction"] == "i" and int(row["pipe"]) != int(row["mss_cache"]) *
               (int(row["packets_out"]) - int(row["sacked_out"]) - int(row["lost_out"]) + int(row["retrans_out"]))]
        yield not odd, "pipe is the segments in the network", str(odd[:1])
        odd = [row for row in rows if row["ca_state"] not in "23" and int(row["current_ssthresh"]) <
               int(row["cwnd_segs"]) // 2 + int(row["cwnd_segs"]) // 4]
        yield not odd, "outside of recovery the threshold is three quarters of the window", str(odd[:1])
        # What the kernel's tcp_left_out() and tcp_packets_in_flight() rest on.
        odd = [row for row in rows if int(row["lost_out"]) + int(row["sacked_out"]) > int(row["packets_out"])]
        yield not odd, "lost and sacked segments are among those sent", str(odd[:1])


@scenario
class Identity(Scenario):
    """Sockets with a mark, a priority, an interface and a congestion control of their own, and one without."""

    name = "cc_and_identity_fields_agree_with_ss_and_the_host"
    MARK, PRIORITY, UID = 0x1234, 5, 1000
    # What ss does not show.
    OF_THE_HOST = ("priority", "netns", "bound_ifindex", "cgroup_id")
    # All groups at once, as every kernel has to load them.
    tracer_args = ("--format", "csv",
                   "--fields", "packet,order,loss,rate,rtt,bytes,cc,identity,probe")

    def traffic(self, bed):
        plain = talk.open_pair(bed)
        special = talk.open_pair(bed, port=talk.PORT + 1)
        special[0].setsockopt(socket.SOL_SOCKET, socket.SO_MARK, self.MARK)
        special[0].setsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY, self.PRIORITY)
        talk.set_control(special[0], "reno")
        os.fchown(special[0].fileno(), self.UID, -1)
        special[0].setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, bed.a.dev.encode())
        talk.quiet_moment(bed, "pause")
        for host in bed.hosts:
            bed.save(f"ss-e-{host.name}.txt", host.run(["ss", "-tinHOe"], check=True).stdout)
        bed.note("netns", {host.name: os.stat(f"/run/netns/{host.name}").st_ino for host in bed.hosts})
        bed.note("ifindex", self.index_of(bed.a))
        bed.note("cgroup", self.own_cgroup())
        for ends in (plain, special):
            talk.exchange(*ends)
            talk.close_in_order(*ends)

    @staticmethod
    def index_of(host):
        text = host.run(["ip", "-o", "link", "show", "dev", host.dev], check=True).stdout
        return int(text.split(":")[0])

    @staticmethod
    def own_cgroup():
        """The number of the cgroup, which is that of its directory."""
        with open("/proc/self/cgroup", encoding="ascii") as opened:
            path = next(line for line in opened if line.startswith("0::")).strip()[3:]
        with open("/proc/mounts", encoding="ascii") as opened:
            root = next(line.split()[1] for line in opened if line.split()[2] == "cgroup2")
        return os.stat(root + path).st_ino

    def judge(self, result):
        yield from common.ran_well(result)
        rows = [row for row in field_rows.parse(result.log_text) if row["laddr"].startswith("10.0.0.")]
        yield len(rows) > 10, f"{len(rows)} rows", ""
        moment = result.facts["quiet-pause"]
        after = [row for row in rows if round(float(row["time"]) * 1000000) > moment]
        for host in "ab":
            for text in (result.dir / f"ss-e-{host}.txt").read_text().splitlines():
                words = text.split()
                flow = endpoint(words[3]) + endpoint(words[4])
                for row in after:
                    if field_rows.flow_of(row) == flow and row["tcp_flags"] and not int(row["tcp_flags"]) & 1:
                        yield from self.compare(row, text, result.facts, host)
                        break

    def compare(self, row, text, facts, host):
        special = "4660" if "fwmark:0x1234" in text else "0"
        name = re.search(r"\b(cubic|reno|bbr)\b", text)[1]
        found = {"cc_name": (row["cc_name"], name),
                 "mark": (row["mark"], special),
                 "priority": (row["priority"], str(self.PRIORITY) if special != "0" else "0"),
                 "uid": (row["uid"], (re.search(r"\buid:(\d+)", text) or (0, "0"))[1]),
                 "socket_cookie": (row["socket_cookie"],
                                   str(int(re.search(r"\bsk:([0-9a-f]+)", text)[1], 16))),
                 "netns": (row["netns"], str(facts["netns"][host])),
                 "bound_ifindex": (row["bound_ifindex"],
                                   str(facts["ifindex"]) if special != "0" else ""),
                 "cgroup_id": (row["cgroup_id"], str(facts["cgroup"]))}
        for field, (got, want) in found.items():
            oracle = column_tally.HOST if field in self.OF_THE_HOST else column_tally.SS
            yield (column_tally.agree(field, oracle, got, want), f"{field} is that of the socket",
                   f"{row['laddr']} {got}, not {want}: {text}")
