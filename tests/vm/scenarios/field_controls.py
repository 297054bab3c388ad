"""The private state of congestion controls, each in a connection of its own."""

import os
import re
import subprocess
from pathlib import Path

from bed.scenario import Scenario, scenario
from bed.waiting import wait_for
from judge import column_tally, common, field_rows
from judge.field_ss import find
from judge.ss_compare import endpoint
from scenarios import talk

LENGTH = 300_000
# With it cubic takes a growing round-trip time for the end of slow start and sets the threshold to the
# window, which no loss explains.
HYSTART = Path("/sys/module/tcp_cubic/parameters/hystart")
FORGETS = ("TCPFullUndo", "TCPPartialUndo", "TCPDSACKUndo", "TCPLossUndo", "TCPTimeouts")
BBR_UNIT, SCALE = 1 << 24, 1000000


@scenario
class Controls(Scenario):
    """Through loss or, with DCTCP, marks, each way."""

    name = "private_cc_fields_agree_with_ss"
    tracer = None
    timeout = 120
    NAMES = ("cubic", "bbr", "dctcp", "reno")

    def traffic(self, bed):
        for module in ("tcp_bbr", "tcp_dctcp"):
            subprocess.run(["modprobe", module], check=True)
        bed.note("has_types", os.path.exists("/sys/kernel/btf/tcp_bbr"))
        hystart = HYSTART.read_text()
        HYSTART.write_text("0")
        try:
            self.transfer_by_each(bed)
        finally:
            HYSTART.write_text(hystart)

    def transfer_by_each(self, bed):
        bed.start_tracer(("--format", "csv", "--fields", "cc,delivered,delivered_ce"))
        for host in bed.hosts:
            bed.netem(host, "delay 3ms loss 3% ecn limit 10000")
        pairs = [self.open(bed, name, talk.PORT + n) for n, name in enumerate(self.NAMES)]
        for ends in pairs:
            talk.transfer(*ends, LENGTH)
        wait_for(lambda: self.has_reduced(bed.a, pairs[0]), "a reduction of cubic's window")
        bed.settle()
        talk.quiet_moment(bed, "pause")
        for ends in pairs:
            talk.exchange(*ends)
            talk.close_in_order(*ends)

    @staticmethod
    def open(bed, name, port):
        listener = bed.b.listen(port)
        talk.set_control(listener, name)
        client = bed.a.socket()
        talk.set_control(client, name)
        client.connect((bed.b.addr4, port))
        server, _ = listener.accept()
        listener.close()
        return client, server

    @staticmethod
    def has_reduced(host, ends):
        """Whether ss shows a threshold, after more data if not."""
        local = ends[0].getsockname()
        shown = host.run(["ss", "-tinHO", "sport", "=", f":{local[1]}"], check=True).stdout
        if "ssthresh:" not in shown:
            talk.transfer(*ends, LENGTH)
        return "ssthresh:" in shown

    def judge(self, result):
        yield from common.ran_well(result)
        rows = field_rows.parse(result.log_text)
        moment, compared = result.facts["quiet-pause"], dict.fromkeys(self.NAMES, 0)
        known = {name: name == "cubic" or (name != "reno" and result.facts["has_types"])
                 for name in self.NAMES}
        for host in "ab":
            # What is undone gives the threshold back, but not cubic's own state; and a timeout resets
            # that state, but not the threshold.
            undone = sum(result.nstat(host)["TcpExt" + counter] for counter in FORGETS)
            for text in result.text(f"ss-pause-{host}.txt").splitlines():
                words = text.split()
                flow = endpoint(words[3]) + endpoint(words[4]) if "cwnd:" in text else ()
                row = next((row for row in rows if field_rows.flow_of(row) == flow and
                            round(float(row["time"]) * 1000000) > moment), None)
                if row:
                    compared[row["cc_name"]] += 1
                    yield from self.compare(row, text, known[row["cc_name"]], undone)
        yield all(count == 2 for count in compared.values()), "both ends of each connection", f"{compared}"

    def compare(self, row, text, known, undone):
        name = row["cc_name"]
        others = [field for field in row if field.split("_")[0] in self.NAMES and row[field] and
                  not (known and field.startswith(name + "_"))]
        yield not others, f"{name} has no state of another control", f"{others}"
        if known and not (undone and name == "cubic"):
            for field, got, want in getattr(self, name)(row, text):
                yield (column_tally.agree(field, column_tally.SS, got, want), f"{field} agrees with ss",
                       f"row {got}, ss {want}: {text}")

    @staticmethod
    def bbr(row, text):
        mss, bandwidth = int(find(r"[^a-z]mss:(\d+)", text)), int(row["bbr_bw"] or 0)
        if row["bbr_lt_use_bw"] == "1":
            bandwidth = int(row["bbr_lt_bw"])
        yield ("bbr_bw", bandwidth * mss * SCALE // BBR_UNIT * 8, int(find(r"bbr:\(bw:(\d+)bps", text)))
        for field, shown, unit in (("bbr_min_rtt_us", "mrtt", 1000), ("bbr_pacing_gain", "pacing_gain", 256),
                                   ("bbr_cwnd_gain", "cwnd_gain", 256)):
            yield field, f"{int(row[field]) / unit:g}", find(shown + r":([\d.e+-]+)", text, "0")

    @staticmethod
    def dctcp(row, text):
        mss = int(find(r"[^a-z]mss:(\d+)", text))
        shown = re.search(r"dctcp:\(ce_state:(\d+),alpha:(\d+),ab_ecn:(\d+),ab_tot:(\d+)\)", text)
        got = (int(row["dctcp_ce_state"]), int(row["dctcp_alpha"]),
               mss * (int(row["delivered_ce"]) - int(row["dctcp_old_delivered_ce"])),
               mss * (int(row["delivered"]) - int(row["dctcp_old_delivered"])))
        yield "dctcp's state", got, tuple(map(int, shown.groups())) if shown else None

    @staticmethod
    def cubic(row, text):
        """ss does not show its state; but RFC 9438 has the threshold follow from the window before the
        loss: 0.7 of that, in 1024ths, where fast convergence may have remembered 0.85 of it."""
        threshold, before = find(r"\bssthresh:(\d+)", text), int(row["cubic_last_max_cwnd"] or 0)
        windows = [before, *(cwnd for cwnd in range(2, 5000) if cwnd * 1741 // 2048 == before)]
        reduced = {str(max(cwnd * 717 // 1024, 2)) for cwnd in windows}
        yield ("cubic_last_max_cwnd", threshold if threshold is None else threshold in reduced,
               None if before == 0 else True)
        shortest = round(float(find(r"\bminrtt:([\d.]+)", text)) * 1000)
        delay = field_rows.number(row, "cubic_delay_min")
        yield ("cubic_delay_min", delay and shortest <= delay < 1000 * shortest,
               True if "bytes_acked:" in text else None)
