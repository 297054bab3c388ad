"""Which packets are logged: --port and --ppl."""

from bed.scenario import Scenario, scenario
from judge import common, sampled, siftrlog
from scenarios import talk

OTHER_PORT = 8080


class Sampled(Scenario):
    """Conversations without two packets in flight at once, so that their order is certain."""

    exchanges = (7, 12, 33)

    def traffic(self, bed):
        for host in bed.hosts:
            host.sysctl("net.ipv4.tcp_slow_start_after_idle", 0)
        listener = bed.b.listen(talk.PORT)
        for number in self.exchanges:
            client, server = talk.open_pair(bed, listener=listener)
            for _ in range(number):
                talk.exchange(client, server, 100, 1000)
            talk.close_in_order(client, server)

    def judge(self, result):
        yield from sampled.checks(result, self.ppl)


@scenario
class EveryTenth(Sampled):
    name = "ppl_10_logs_each_flow_s_packets_10_20_30"
    preemption = True
    tracer_args = ("--ppl", "10")
    ppl = 10


@scenario
class EveryPacket(Sampled):
    name = "ppl_1_logs_every_packet"
    one_kernel = True
    tracer_args = ("--ppl", "1")
    ppl = 1


@scenario
class NeverLogged(Sampled):
    name = "a_flow_never_logged_is_still_in_the_flow_list"
    one_kernel = True
    tracer_args = ("--ppl", "1000")
    ppl = 1000

    def judge(self, result):
        yield from super().judge(result)
        run = siftrlog.parse(result.log_text).run
        yield not run.lines, "no line", f"{len(run.lines)} lines"
        yield (len(run.flows) == 2 * len(self.exchanges), "all flows are in the list",
               f"{run.flows}")


@scenario
class OnePort(Scenario):
    name = "port_selects_flows_with_that_port_at_either_end"
    tracer_args = ("--port", str(talk.PORT))

    def traffic(self, bed):
        wanted = talk.open_pair(bed)
        unwanted = talk.open_pair(bed, port=OTHER_PORT)
        reverse = talk.open_pair(bed, port=OTHER_PORT, bind_port=talk.PORT)
        for ends in (wanted, unwanted, reverse):
            for _ in range(5):
                talk.exchange(*ends)
        for ends in (wanted, unwanted, reverse):
            talk.close_in_order(*ends)

    def judge(self, result):
        yield from common.complete_run(result, port=talk.PORT)
        run = siftrlog.parse(result.log_text).run
        yield (len(run.flows) == 4 and all(talk.PORT in (flow[1], flow[3]) for flow in run.flows),
               "two connections, both ends, have the port", f"{run.flows}")


@scenario
class ResetUnread(Scenario):
    """A close with unread data leaves a socket without a local port, which sends a RST."""

    name = "the_reset_of_a_close_with_unread_data_is_counted_under_its_port"
    tracer_args = ("--port", str(talk.PORT))

    def traffic(self, bed):
        for port in (talk.PORT, talk.PORT, OTHER_PORT):
            client, server = talk.open_pair(bed, port=port)
            talk.exchange(client, server)
            client.sendall(b"nobody reads this")
            bed.settle()
            server.close()
            bed.settle()
            client.close()

    def judge(self, result):
        yield from common.complete_run(result, port=talk.PORT)
        footer = siftrlog.parse(result.log_text).run.footer
        # Two SYNs and two resets.
        yield (footer["num_outbound_skipped_pkts_tcpcb"] == 4,
               "both resets of the port are counted as closed", f"{footer}")
