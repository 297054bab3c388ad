"""Fields that are asked for by group: each is compared with an oracle that is not ours."""

import socket

from bed.scenario import Scenario, scenario
from judge import common, field_rows
from scenarios import links, talk

LENGTH = 200_000


@scenario
class PacketAndOrder(Scenario):
    """Through loss, so that segments are sent again and arrive out of order, by IPv4 and IPv6."""

    name = "packet_and_order_fields_agree_with_the_capture"
    tracer_args = ("--format", "csv", "--fields", "+packet,order")

    def traffic(self, bed):
        with links.pair(bed, middle=True) as hosts:
            for host in hosts:
                links.impair(host, "delay 5ms loss 4% limit 10000")
            for address in (hosts[1].addr4, hosts[1].addr6):
                family = socket.AF_INET6 if ":" in address else socket.AF_INET
                listener = hosts[1].listen(talk.PORT, family)
                ends = talk.open_pair(bed, client=hosts[0], server=hosts[1], address=address,
                                      listener=listener)
                listener.close()
                talk.transfer(ends[0], ends[1], LENGTH)
                talk.exchange(*ends)
                talk.close_in_order(*ends)
            links.settle(hosts)

    def judge(self, result):
        yield from common.ran_well(result)
        yield from field_rows.judge(result, common.EXTRA)
        retransmitted = sum(result.nstat(host)["TcpRetransSegs"] for host in "cd")
        rows = field_rows.parse(result.log_text)
        again = sum(int(row["gso_segs"]) for row in rows if row["is_retransmit"] == "1")
        # Those of a handshake have no row.
        yield (0 < again <= retransmitted, "segments that were sent again are marked",
               f"{again} of {retransmitted}")
