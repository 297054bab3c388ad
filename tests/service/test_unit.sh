#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The files that make install installs, and the service's unit as checked by systemd.
# Prints TAP; run from anywhere after make.
set -u
cd "$(dirname "$0")/../.." || exit 1

. tests/quality/tap
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
root=$work/root
units=$root/lib/systemd/system
most=15 # tenths of systemd-analyze's exposure level

make_below_root() { # TARGET...: targets of the Makefile, with DESTDIR below $root
	make --no-print-directory "$@" PREFIX="$root" SYSCONFDIR="$root/etc" 2>&1
}

installed() {
	(cd "$root" && find . -type f -o -type l) | sort
}

if ! [ -x ./siftr-bpf ]; then
	echo "1..0 # SKIP ./siftr-bpf is not built: make"
	exit 0
fi

make_below_root install >"$work/out" || cat "$work/out" >&2
installed >"$work/list"
for file in sbin/siftr-bpf share/man/man8/siftr-bpf.8 share/man/man5/siftr-bpf.5 etc/siftr-bpf.conf \
	lib/systemd/system/siftr-bpf.service lib/systemd/system/siftr-bpf-repair.service \
	etc/logrotate.d/siftr-bpf lib/sysusers.d/siftr-bpf.conf \
	share/bash-completion/completions/siftr-bpf; do
	grep -qx "./$file" "$work/list" || echo "$file is missing"
done >"$work/out"
ok "make install installs program, manual, units, user, completion and configuration" "$work/out"

grep -n '@[A-Z]*@' "$units"/* >"$work/out"
ok "no placeholder is left in a unit" "$work/out"

echo 'port = 80' >"$root/etc/siftr-bpf.conf"
make_below_root install >/dev/null
diff - "$root/etc/siftr-bpf.conf" <<-end >"$work/out"
	port = 80
end
ok "make install keeps the administrator's configuration" "$work/out"

./siftr-bpf --test-config --config "$root/etc/siftr-bpf.conf" >"$work/messages" || echo "exit $?" >"$work/out"
grep -qx "$root/etc/siftr-bpf.conf: good" "$work/messages" || cat "$work/messages" >>"$work/out"
ok "the configuration installed is good" "$work/out"

test_config() { # TEXT, with ; for a new line
	echo "$1" | tr ';' '\n' >"$work/conf"
	./siftr-bpf --test-config --config "$work/conf" >"$work/messages" 2>&1
}

# What a run refuses only where its parts meet.
while IFS='|' read -r text message; do
	test_config "$text" && echo "$text is good"
	grep -q -e "$message" "$work/messages" || {
		echo "$text:"
		cat "$work/messages"
	}
done >"$work/out" <<-end
	trigger = rtoo|--trigger takes .*, not 'rtoo'
	trigger = rto;before = 5 s|--before takes .*, not '5 s'
	trigger = rto;after = x|--after takes .*, not 'x'
	trigger = rto;burst = 1s/5s|--trigger has to see all
	burst = 1s/5s;format = siftr2|--burst makes several runs
	burst = 1s/5s;format = csv;fields = +weight|leave the fields weight and ppl out
	format = csv;fields = +nope|nope
	fields = +loss|has no room for --fields
end
ok "--test-config finds what keeps a run from beginning" "$work/out"

for text in 'trigger = rto,stall:5s;before = 30s' 'burst = 1s/5s;fields = +loss;format = csv' \
	'ppl = 10;format = jsonl;fields = +weight' 'netns = nope'; do
	test_config "$text" || cat "$work/messages"
done >"$work/out"
ok "and nothing where a run begins" "$work/out"

title="systemd-analyze verify accepts the units"
if ! command -v systemd-analyze >/dev/null; then
	skip "$title" "systemd is not installed: make deps"
else
	systemd-analyze verify --man=no "$units"/siftr-bpf.service "$units"/siftr-bpf-repair.service \
		>"$work/out" 2>&1
	ok "$title" "$work/out"
fi

for name in siftr-bpf siftr-bpf-repair; do
	title="systemd-analyze security rates $name's exposure $((most / 10)).$((most % 10)) or less"
	if ! systemd-analyze security --help 2>/dev/null | grep -q -e --offline; then
		skip "$title" "this systemd-analyze has no --offline"
		continue
	fi
	if systemd-analyze security --offline=yes --no-pager --threshold=$most \
		"$units/$name.service" >"$work/all" 2>&1; then
		: >"$work/out"
	else
		grep -v '✓' "$work/all" >"$work/out"
	fi
	ok "$title" "$work/out"
	tail -1 "$work/all" | sed 's/^/# /'
done

title="logrotate takes the configuration"
if ! command -v logrotate >/dev/null; then
	skip "$title" "logrotate is not installed: make deps"
else
	# The directory of the logs and their user are on no build host.
	sed -e '/^	su /d' -e "s,/var/log/siftr-bpf,$work," "$root/etc/logrotate.d/siftr-bpf" \
		>"$work/logrotate.conf"
	chmod 0644 "$work/logrotate.conf"
	logrotate -d -s "$work/status" "$work/logrotate.conf" >"$work/all" 2>&1
	grep -i error "$work/all" >"$work/out"
	ok "$title" "$work/out"
fi

make_below_root uninstall >/dev/null
installed | grep -vx './etc/siftr-bpf.conf' >"$work/out"
ok "make uninstall leaves nothing but a changed configuration" "$work/out"
cp systemd/siftr-bpf.conf "$root/etc/siftr-bpf.conf"
make_below_root uninstall >/dev/null
installed >"$work/out"
ok "make uninstall removes a configuration that was not changed" "$work/out"

plan
