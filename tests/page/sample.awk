# SPDX-License-Identifier: BSD-2-Clause
# Prints a log as csv: a long transfer whose window saws, one whose process has markup for a name, and
# `flows` short ones. `lines` is how many lines the first has.
function row(direction, us, port, flowid, cwnd, ssthresh, inflight, srtt, comm, cc, seq, ack, len, again, acked) {
	printf "%.0f.%06d,%s,10.0.0.1,%d,10.0.0.2,%d,%s,%d,8388480,%d,%d,%d,16384,2000000,%d,131072,0,%d,%d,%d,%d,%d,%d,%s,%s,%d,%d\n",
		begin + int(us / 1000000), us % 1000000, direction, 80, port, ssthresh, cwnd, srtt, 204000, 1448, inflight, inflight,
		flowid, seq, ack, len, again, comm, cc, acked, 2000000
}
BEGIN {
	begin = begin ? begin : 1700000000
	print "time,direction,laddr,lport,faddr,fport,snd_ssthresh,snd_cwnd,snd_wnd,srtt,rto,max_seg_size,rcv_wnd," \
		"snd_buf_hiwater,snd_buf_cc,rcv_buf_hiwater,rcv_buf_cc,sent_inflight_bytes,flowid,seq,ack,payload_len," \
		"is_retransmit,comm,cc_name,bytes_acked,pacing_rate"
	for (i = 0; i < lines; i++) {
		cwnd = i < 2000 ? 14480 + 50 * i : 60000 + i % 6000 * 9
		row(i % 2 ? "i" : "o", 500 * i, 40000, 7, cwnd, i < 2000 ? 1073725440 : 60000, cwnd - 1448,
			20000 + i % 6000 * 4, "transfer", "cubic", i % 2 ? 1 + int(i / 100) * 10 : 1448 * i,
			i % 2 && i > 30 ? 1448 * (i - 30) : 1 + int(i / 100) * 10, i % 2 ? (i % 100 == 1) * 10 : 1448, i % 500 == 0,
			724 * i)
	}
	for (i = 0; i < 50; i++)
		row("o", 100000 * i, 40001, 8, 14480 + i, 1073725440, 1448, 20000, "</script><b>", "\"\"\"&<!--\"", 1448 * i, 1, 1448, 0, 1)
	for (flow = 0; flow < flows; flow++)
		for (i = 0; i < 3; i++)
			row("o", 100000 * i, 50000 + flow, 100 + flow, 14480, 1073725440, 0, 10000 + flow, "short", "reno", 1, 1, 10, 0, 1)
}
