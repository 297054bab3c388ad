#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `siftr-bpf top` on a terminal, which tmux provides: a log is shown as if it was traced now, keys are
# pressed, and the screen is read. Prints TAP; run from anywhere after make.
# shellcheck disable=SC2317 # until_screen calls the functions
set -u
cd "$(dirname "$0")/../.." || exit 1

# shellcheck source=tests/quality/tap
. tests/quality/tap
if ! command -v tmux >/dev/null; then
	echo "1..0 # SKIP tmux is not installed: make deps"
	exit 0
fi
work=$(mktemp -d) || exit 1
chmod 755 "$work"
socket="$work/tmux"
tracer=
trap 'terminal kill-server 2>/dev/null; [ -z "$tracer" ] || kill "$tracer" 2>/dev/null; rm -rf "$work"' EXIT

terminal() {
	tmux -S "$socket" -f /dev/null "$@"
}

# begin: a shell that prints BEFORE, runs top on $source with $options after $settings, and prints how it ended.
begin() {
	terminal kill-server 2>/dev/null
	while [ -S "$socket" ] && terminal has-session 2>/dev/null; do sleep 0.1; done
	rm -f "$socket" "$work/ended"
	terminal new-session -d -x 80 -y 24 "stty -g >'$work/stty.before'; echo BEFORE; \
		env LANG=C.UTF-8 $settings ./siftr-bpf top $source $options; \
		code=\$?; stty -g >'$work/stty.after'; echo EXIT \$code | tee '$work/ended'; sleep 1000"
}

screen() {
	terminal capture-pane -p >"$work/screen"
}

# until_screen WHAT COMMAND [WORD...]: waits until the command, which reads the screen, succeeds. It gives up
# after so many tries that only what never comes is given up, on a busy host as well.
until_screen() {
	what=$1 tries=1200
	shift
	until screen && "$@" <"$work/screen"; do
		[ $((tries -= 1)) -gt 0 ] || {
			echo "the screen never had $what:"
			cat "$work/screen"
			return 1
		}
		sleep 0.1
	done
}

until_shown() {
	until_screen "'$1'" grep -qF -e "$1"
}

until_gone() {
	until_screen "no '$1'" lacks "$1"
}

lacks() {
	! grep -qF -e "$1"
}

# until_first TEXT: waits until the first connection of the list has the text.
until_first() {
	until_screen "'$1' in its first connection" is_first "$1"
}

is_first() {
	sed -n 3p | grep -qF -e "$1"
}

keys() {
	terminal send-keys "$@"
}

settings='' options='' source='--replay tests/golden/two-flows.log'
begin
{
	until_shown '2 connections'
	head -n 2 "$work/screen" | tail -n 1 | grep -q 'LOCAL .*FOREIGN .*LIMITED BY .*CWND NOW' || echo "no titles"
	grep -q '^10.0.0.1:443 .*192.168.100.20:51234 ' "$work/screen" || echo "no connection"
	sed -n 24p "$work/screen" | grep -q '^q quit' || echo "no keys in the last line"
} >"$work/out"
ok "80x24 shows totals, titles, connections and keys" "$work/out"

{
	keys '?' && until_shown 'Sort by, again'
	keys Escape && until_shown '2 connections'
} >"$work/out"
ok "? shows the keys, and Escape leaves" "$work/out"

{
	keys / && keys -l 51234 && until_shown '/51234_   1 of 2'
	keys Enter && until_shown '/51234   1 of 2'
	grep -q fe80 "$work/screen" && echo "a connection without the text is shown"
	keys Escape && until_shown fe80
} >"$work/out"
ok "/ shows the connections that have a text" "$work/out"

{
	keys c && until_first ':51234'
	keys c && until_first fe80
	keys c && until_first ':51234'
} >"$work/out"
ok "a key sorts, and again the other way round" "$work/out"

{
	keys / && keys -l 51234 && keys Enter && until_shown '1 of 2'
	keys Enter && until_shown '10.0.0.1:443 > 192.168.100.20:51234'
	until_shown 'srtt, up to 25.0ms'
	until_shown '█'
	keys w && until_shown 'start top with -o FILE.csv'
	keys Escape && until_shown '1 of 2' && keys Escape
} >"$work/out"
ok "Enter shows a connection's page with plots, Escape leaves it" "$work/out"

{
	keys Right && until_shown '< columns 2/'
	head -n 2 "$work/screen" | tail -n 1 | grep -q 'FOREIGN .*CWND NOW' || echo "no addresses or bars on page 2"
	keys Right Right Right Right Right Right && until_shown '< columns 3/3 >'
	keys Left Left Left Left && until_shown '< columns 1/3 >' && until_shown 'LIMITED BY'
} >"$work/out"
ok "Right and Left show the columns for which there is no room" "$work/out"

{
	keys p && until_shown PAUSED
	keys p && until_gone PAUSED
} >"$work/out"
ok "p pauses and goes on" "$work/out"

{
	terminal resize-window -x 132 -y 12 && until_shown 'INFLIGHT'
	terminal resize-window -x 20 -y 2 && until_gone INFLIGHT
	terminal resize-window -x 80 -y 24 && until_shown 'q quit'
} >"$work/out"
ok "the screen follows the size of the terminal" "$work/out"

{
	keys q && until_shown 'EXIT 0' && until_shown BEFORE
	[ "$(terminal display -p '#{alternate_on}')" = 0 ] || echo "the alternate screen is on"
	cmp "$work/stty.before" "$work/stty.after"
} >"$work/out"
ok "q leaves the terminal as it was" "$work/out"

begin
{
	until_shown '2 connections'
	kill -TERM "$(pgrep -P "$(terminal display -p '#{pane_pid}')" siftr-bpf)"
	until_shown 'EXIT 0' && until_shown BEFORE
	[ "$(terminal display -p '#{alternate_on}')" = 0 ] || echo "the alternate screen is on"
	cmp "$work/stty.before" "$work/stty.after"
} >"$work/out"
ok "SIGTERM leaves the terminal as it was" "$work/out"

options="-o $work/histories.csv"
begin
{
	until_shown ':51234' && keys w && until_shown 'samples are in'
	keys q && until_shown 'EXIT 0'
	head -n 1 "$work/histories.csv" | grep -q '^flowid,laddr,.*,time,cwnd,' || echo "no titles"
	grep -q '^[0-9]*,[^,]*,[0-9]*,[^,]*,[0-9]*,17000000' "$work/histories.csv" || echo "no samples"
} >"$work/out"
ok "w appends the history of a connection to a file" "$work/out"

begin
{
	until_shown ':51234' && keys w && until_shown 'samples are in'
	keys q && until_shown 'EXIT 0'
	[ "$(grep -c flowid, "$work/histories.csv")" = 1 ] || echo "titles again"
} >"$work/out"
ok "and to one of an earlier view" "$work/out"

begin
{
	until_shown ':51234' && rm "$work/histories.csv"
	keys w && until_shown 'it was deleted'
	keys q && until_shown 'EXIT 0'
} >"$work/out"
ok "a file that was deleted is said to have nothing" "$work/out"

cp tests/golden/two-flows.jsonl "$work/histories.csv"
begin
{
	until_shown 'EXIT 4' && until_shown 'for histories: it is'
	cmp tests/golden/two-flows.jsonl "$work/histories.csv"
} >"$work/out"
ok "but not to a log or what else is there" "$work/out"

options=''
settings='LC_ALL=C NO_COLOR=1'
begin
{
	until_shown '2 connections'
	grep -q '[^ -~]' "$work/screen" && echo "not ASCII alone" && cat "$work/screen"
	terminal capture-pane -p -e | grep -q "$(printf '\033')\[[0-9;]*3[0-7]m" && echo "colours"
	keys q && until_shown 'EXIT 0'
} >"$work/out"
ok "without UTF-8 it is ASCII, and NO_COLOR has no colours" "$work/out"

# A tracer as top needs it: it says what it captures, and sends two lines until it is ended.
settings=''
source="--control $work/control"
cat >"$work/tracer.py" <<'EOF'
import socket, sys
path, lines = sys.argv[1:]
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen()
client = listener.accept()[0]
requests = client.makefile()
for answer in "groups \nok\n", "ok\n":
    requests.readline()
    client.sendall(answer.encode())
client.sendall(open(lines, "rb").read() + b'{"lost_in":5,"lost_out":6}\n')
requests.read()
EOF
python3 "$work/tracer.py" "$work/control" tests/golden/two-flows.jsonl &
tracer=$!
while [ ! -S "$work/control" ]; do sleep 0.1; done
begin
{
	until_shown '2 connections' && until_shown '11 lost'
	until_shown ':51234' && keys / && keys -l 51234 && until_shown '1 of 2'
	kill "$tracer"
	wait "$tracer" 2>/dev/null
	until_shown 'EXIT 1' && until_shown BEFORE
	until_shown "the tracer at $work/control has ended"
	[ "$(terminal display -p '#{alternate_on}')" = 0 ] || echo "the alternate screen is on"
	cmp "$work/stty.before" "$work/stty.after"
} >"$work/out"
ok "--control shows a tracer's lines; when it ends that is said, and the terminal as it was" "$work/out"
source='--replay tests/golden/two-flows.log'

# drawn NUMBER: how many bytes a terminal gets for two looks at so many connections.
drawn() {
	awk -v flows="$1" 'BEGIN {
		print "enable_time_secs=1700000000\tenable_time_usecs=000000\tsiftrver=1.3.0\tsysname=Linux\tsysver=6001\tipmode=6"
		for (line = 0; line < 2 * flows; line++) {
			flow = line % flows
			printf "o,%d.%06d,10.0.%d.%d,5001,10.9.9.9,%d,", 1700000000 + int(line / flows), \
				flow * 50, flow / 256, flow % 256, 10000 + flow
			printf "2147483647,%d,2,65535,65535,7,7,4,1448,20000,1,16,220000,87040,", 14480 + flow % 977
			printf "14480,131072,0,14480,0,%d,0\n", flow + 1
		}
	}' >"$work/many.log"
	script -q -c "stty rows 24 cols 80; TERM=xterm ./siftr-bpf top --replay '$work/many.log' --once" /dev/null \
		</dev/null >"$work/drawn"
	grep -qF "$1 connections" "$work/drawn" || echo "$1 connections were not drawn" >&2
	wc -c <"$work/drawn"
}

{
	few=$(drawn 100) && many=$(drawn 10000)
	[ "$few" -gt 1000 ] && [ "$many" -le $((few + 80)) ] || echo "$few bytes for 100, $many for 10,000 connections"
} >"$work/out" 2>&1
ok "10,000 connections cost the terminal no more than 100" "$work/out"

# A connection that enters recovery 2 s after its first line.
awk 'BEGIN {
	print "time,direction,laddr,lport,faddr,fport,flowid,snd_ssthresh,snd_cwnd,snd_wnd,max_seg_size,srtt,t_flags,rto,snd_buf_cc,sent_inflight_bytes"
	for (line = 0; line < 8; line++)
		printf "170000000%d.%d01000,i,10.0.0.1,1,10.0.0.2,51234,7,%d,14480,65535,1460,25000,%d,204000,2896,2896\n", \
			line / 2, line % 2 * 5, line < 4 ? 1073725440 : 8000, line == 4 || line == 5 ? 1049572 : 996
}' >"$work/recovery.csv"
settings='TZ=Asia/Tokyo' source="--replay $work/recovery.csv"
begin
{
	until_shown '22:13:23 UTC  1 connection'
	keys Enter && until_shown '22:13:23.001 UTC  recovery'
	tr -s ' \n' ' ' <"$work/screen" | grep -qF 'this log cannot tell which; --fields +rate does.' || echo "a finding was cut"
	keys q && until_shown 'EXIT 0'
} >"$work/out"
ok "times of day are in UTC, in any zone" "$work/out"

settings='TERM=no-such-terminal' source='--replay tests/golden/two-flows.log'
begin
{
	until_shown 'EXIT 0'
	grep -q 'this terminal cannot be drawn on: its type, TERM, is not known' "$work/screen" || echo "not said"
} >"$work/out"
ok "on an unknown terminal snapshots are printed" "$work/out"

plan
