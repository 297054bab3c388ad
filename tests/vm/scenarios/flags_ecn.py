"""The ECN bits of t_flags2: permissions by the handshake, marks and their echoes."""

from bed.scenario import Scenario, scenario
from judge import column_tally, common, line_packet_pairs, packet_flags
from scenarios import talk
from scenarios.flags import exact, impaired_transfer, verdict_of

THOROUGH = True


@scenario
class Marked(Scenario):
    name = "congestion_marks_show_at_both_ends_until_they_are_answered"
    timeout = 120

    def traffic(self, bed):
        # A netem with `ecn` marks what it would lose, if the sender allows that.
        impaired_transfer(bed, "delay 5ms loss 4% ecn", "delay 5ms limit 10000",
                          sysctl=("net.ipv4.tcp_ecn", 1), last_words=True)

    def judge(self, result):
        yield from common.complete_run(result, hosts=common.EXTRA)
        verdict = verdict_of(result)
        _, sender = line_packet_pairs.flow(verdict, "c")
        _, receiver = line_packet_pairs.flow(verdict, "d")
        permitted = packet_flags.ECN_PERMIT
        permits = [(pair.line, pair.line.t_flags2 & permitted, permitted)
                   for pair in sender + receiver]
        wrong = [line.number for line, shown, wanted in permits if shown != wanted]
        column_tally.add("TF2_ECN_PERMIT", column_tally.CAPTURE, len(permits), len(wrong))
        yield not wrong, "TF2_ECN_PERMIT is set on every line", f"{wrong[:6]}"
        marked = packet_flags.congestion_marked(result.pcap("d"))
        yield bool(marked), f"{len(marked)} packets were marked", ""
        yield from exact("TF2_ECN_SND_ECE", packet_flags.echoes(receiver, marked))
        yield from exact("TF2_ECN_SND_ECE on the wire", packet_flags.wire_echoes(receiver))
        yield from exact("TF2_ECN_SND_CWR", packet_flags.reductions(sender))
        yield from exact("TF_CONGRECOVERY after marks", packet_flags.reduced(sender))


@scenario
class Permitted(Scenario):
    name = "ecn_shows_as_the_handshake_agreed_on_it"
    # tcp_ecn of the client and of the server: not asked for, classic, accurate.
    OFFERS = ((0, 1), (1, 1), (3, 1), (1, 3), (3, 3))

    def traffic(self, bed):
        bed.note("knows", self.knows_accurate(bed.a))
        for number, (mine, theirs) in enumerate(self.OFFERS):
            self.offer(bed.a, mine)
            self.offer(bed.b, theirs)
            client, server = talk.open_pair(bed, port=talk.PORT + number)
            for _ in range(3):
                talk.exchange(client, server)
            talk.close_in_order(client, server)

    @staticmethod
    def knows_accurate(host):
        try:
            return bool(host.sysctl("net.ipv4.tcp_ecn_option"))
        except FileNotFoundError:
            return False

    @staticmethod
    def offer(host, tcp_ecn):
        """A kernel without accurate ECN keeps the old value or takes it for classic ECN."""
        try:
            host.sysctl("net.ipv4.tcp_ecn", tcp_ecn)
        except OSError:
            pass

    def judge(self, result):
        yield from common.complete_run(result)
        agreed = packet_flags.permitted(result.pcap("a"))
        lines = [(line, agreed[max(line.lport, line.fport)])
                 for line in line_packet_pairs.log_of(result).lines]
        wrong = [line.number for line, wanted in lines
                 if line.t_flags2 & packet_flags.PERMITS != wanted]
        column_tally.add("TF2_ACE_PERMIT", column_tally.CAPTURE, len(lines), len(wrong))
        yield len(agreed) == len(self.OFFERS), f"{len(agreed)} handshakes", ""
        yield not wrong, f"{len(lines)} lines show what was agreed on", f"not {wrong[:6]}"
        accurate = sum(bool(wanted & packet_flags.ACE_PERMIT) for wanted in agreed.values())
        yield (accurate == (1 if result.facts["knows"] else 0),
               f"{accurate} handshakes agreed on accurate ECN", f"{agreed}")
