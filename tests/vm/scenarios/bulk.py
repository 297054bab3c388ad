"""Bulk transfers through loss and delay: the log agrees at every packet of recoveries."""

from bed.scenario import Scenario, scenario
from judge import common, siftrlog
from scenarios import links, talk

LENGTH = 2 << 20


class Lossy(Scenario):
    """A transfer between two hosts, with 1 % loss and 10 ms of delay each way."""

    timeout = 120
    sender, receiver = 0, 1

    def traffic(self, bed):
        with links.pair(bed, middle=True) as hosts:
            for host in hosts:
                links.impair(host, "delay 10ms loss 1% limit 10000")
                # Small packets, so that one percent of them is a number.
                links.ip("-n", host.name, "link", "set", host.dev, "gso_max_segs", "2")
                host.sysctl("net.ipv4.tcp_slow_start_after_idle", 0)
            ends = talk.open_pair(bed, client=hosts[0], server=hosts[1])
            talk.transfer(ends[self.sender], ends[self.receiver], LENGTH)
            self.pause(bed, hosts)
            talk.exchange(ends[0], ends[1])
            talk.close_in_order(ends[self.sender], ends[self.receiver])

    @staticmethod
    def pause(bed, hosts):
        links.settle(hosts)
        links.snapshot(bed, hosts, "pause")

    def judge(self, result):
        yield from common.complete_run(result, hosts=common.EXTRA)
        yield from common.at_quiet(result, "pause", hosts="cd")
        lines = siftrlog.parse(result.log_text).run.lines
        cut = {line.snd_ssthresh for line in lines} - {1073725440}
        yield bool(cut), "losses brought ssthresh down", ""
        held = max(line.t_segqlen for line in lines)
        yield held > 0, "the receiver held segments out of order", ""
        retransmitted = sum(result.nstat(host)["TcpRetransSegs"] for host in "cd")
        yield retransmitted > 0, f"{retransmitted} segments were retransmitted", ""


@scenario
class LossyForward(Lossy):
    name = "a_transfer_from_the_client_through_loss_is_logged_completely"
    preemption = True


@scenario
class LossyBack(Lossy):
    name = "a_transfer_to_the_client_through_loss_is_logged_completely"
    one_kernel = True
    sender, receiver = 1, 0


@scenario
class Fast(Scenario):
    name = "a_transfer_at_full_speed_is_logged_completely"
    preemption = True
    timeout = 120

    def traffic(self, bed):
        client, server = talk.open_pair(bed)
        there = talk.Worker(talk.transfer, client, server, 4 * LENGTH)
        talk.transfer(server, client, 4 * LENGTH)
        there.result()
        talk.close_in_order(client, server)

    def judge(self, result):
        yield from common.complete_run(result)
