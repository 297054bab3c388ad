#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The completion of bash: it offers what the program takes, and a real bash completes with it. Prints
# TAP; runs at the root of the tree after make.
# shellcheck disable=SC2317 # check calls the functions
set -eu
cd "$(dirname "$0")/../.."
. tests/quality/tap
unset MAKEFLAGS MAKELEVEL MFLAGS

file=$PWD/build/completion/siftr-bpf
if ! command -v bash >/dev/null; then
	echo "1..0 # SKIP bash is not installed"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
./siftr-bpf --help >"$work/help"

# offered WORD...: what completing the last word offers, a line each, in order. An empty word is "".
offered()
{
	bash -c '. "$1"; shift; COMP_WORDS=(siftr-bpf "$@") COMP_CWORD=$#; _siftr_bpf
		printf "%s\n" "${COMPREPLY[@]}"' bash "$file" "$@" | sed '/^$/d' | LC_ALL=C sort
}

# offers WORDS WORD...: completing the last WORD offers just these.
offers()
{
	expected=$1
	shift
	# shellcheck disable=SC2086 # words
	printf '%s\n' $expected | sed '/^$/d' | LC_ALL=C sort >"$work/expected"
	offered "$@" | diff "$work/expected" -
}

commands=$(sed -n '/^$/q; s/.* siftr-bpf \[*\([a-z]*\).*/\1/p' "$work/help" | tr '\n' ' ')
formats=$(sed -n '/^Formats:/,/^$/s/^  *\([^ ]*\)  .*/\1/p' "$work/help" | tr '\n' ' ')
check "commands are those of --help" offers "$commands" ""
check "there are some" [ "$(echo "$commands" | wc -w)" -ge 6 ]
check "a command that has begun is completed" offers "repair" repa
check "a command is completed after options" offers "check" --ppl 2 -q ch
check "formats of --format are those of --help" offers "$formats" --format ""
check "there are some formats" [ "$(echo "$formats" | wc -w)" -ge 8 ]
check "formats of convert --to are the same" offers "$formats" convert --to ""
check "a format that has begun is completed" offers "siftr2 siftr2-binary" trace --format siftr2
check "a format after = is completed" offers "tcp_probe ttprobe" convert --to = t
check "nothing typed after =: every format" offers "$formats" --format =
check "the one compression is completed" offers zstd convert --compress ""
check "when to show the summary is completed" offers "yes no auto" trace --summary ""
check "the ways to pair connections are completed" offers "ports order" diff --match ""
check "no field is offered as a column to sort by" offers "" flows --sort ""
check "no word is offered as a number" offers "" trace --port ""
check "nor as a number after =" offers "" trace --port =
check "trace takes no argument" offers "" trace ""

# A value of the option that the program takes.
value_of()
{
	case $1 in
	*' FILE') echo /dev/null ;;
	*' SIZE') echo 1M ;;
	*' TIME') echo 1s ;;
	*'--on-change LIST') echo cwnd ;;
	*' LIST') echo loss ;;
	*' NAME' | *' FORMAT') echo csv ;;
	*' zstd') echo zstd ;;
	*' in|out') echo in ;;
	*' WHEN') echo no ;;
	*' ON/PERIOD') echo 1s/5s ;;
	*' 4|6') echo 4 ;;
	*' ADDRS') echo ::1 ;;
	*' NETNS') echo self ;;
	*' PIDS') echo $$ ;;
	*' IFACES') echo lo ;;
	*' CONTROLS') echo reno ;;
	*' CGROUPS') awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts ;;
	*' '*) echo 1 ;;
	esac
}

# Each option of --help: -q and -v exclude each other, which the program finds after it has found out
# whether the command takes the option, and before anything is done.
options_taken()
{
	sed -n 's/^\(  -., \|      \)\(--[a-z-]*\( [^ ]\{1,\}\)\{0,1\}\).*/\2/p' "$work/help" |
		while read -r option; do
			name=${option%% *}
			case $name in --help | --version) echo "$name"; continue ;; esac
			set -- "$1"
			case $1 in check | repair | convert | flows | why | diff | plot | report) set -- "$1" "$work/none" ;; esac
			case $1$name in convert--to) ;; convert*) set -- "$@" --to csv ;; esac
			value=$(value_of "$option")
			./siftr-bpf "$@" -q -v "$name" ${value:+"$value"} >"$work/out" 2>&1 && return 1
			grep -q "is not an option of" "$work/out" || echo "$name"
		done
}

for command in $commands; do
	options=$(options_taken "$command" | tr '\n' ' ')
	check "$command: options offered are those it takes" offers "$options" "$command" -
	check "$command: there are some" [ "$(echo "$options" | wc -w)" -ge 4 ]
done
check "without a command the options are trace's" offers "$(offered trace -)" -
check "an option that has begun is completed" offers "--recorder-memory --ring-size --rotate" --r
check "an option is offered once" offers "--strict --set-aside --summary" trace --stats x --s
check "nor under another name" offers "--pid --ppl --port" -o x --books y --p
check "nor by its letter" offers "--version" check -v file --ve

names=$(./siftr-bpf fields | awk 'NR > 1 { print $1 "\n" $2 }' | sort -u)
check "fields are the names and groups that siftr-bpf fields lists, and answers" \
	offers "answers $names" --format csv --fields ""
check "a field that has begun is completed" offers "snd_cwnd" --fields snd_cw
check "a field after a comma is completed" offers "loss,rtt,snd_cwnd" --fields loss,rtt,snd_cw
check "a field after + is completed" offers "+identity" convert --fields +iden
check "a field after - is completed" offers "-snd_cwnd" convert --fields -snd_cw
check "a field after a comma and - is completed" offers "+loss,-snd_cwnd" --fields = +loss,-snd_cw
check "every field follows a comma and +" [ "$(offered --fields loss,+ | wc -l)" -eq \
	"$(offered --fields "" | wc -l)" ]

triggers=$(./siftr-bpf --trigger none 2>&1 | sed 's/.*takes //; s/, not .*//; s/ and / /; s/,//g; s/:[^ ]*/:/g' |
	tr ' ' '\n' | sort -u)
check "triggers are those of the message, a colon behind those with a value" \
	offers "$triggers" --trigger ""
check "there are some triggers" [ "$(echo "$triggers" | wc -w)" -ge 9 ]
check "a trigger after a comma is completed" offers "rto,rst" trace --trigger rto,rs

# A real bash, with readline. A blank after what was completed shows that it is complete.
mkdir "$work/files" "$work/files/a directory"
touch "$work/files/old one.log" "$work/files/new.log" "$work/files/a directory/inner"
typed()
{
	(cd "$work/files" && python3 "$OLDPWD/tests/build/completion.py" "$file")
}
if ! command -v python3 >/dev/null; then
	plan
fi
cat >"$work/lines" <<-'end'
	conv\t--to ttp\tnew\t
	convert --to=ttp\told\t
	check a\tin\t
	check nothing-of-this\t
	--out\tnew\t
	-o old\t-q
	--fields loss,+ident\t,-snd_cw\t --for\tjson\t
	trace --strict ne\t
end
cat >"$work/expected" <<-'end'
	[convert][--to][ttprobe][new.log]
	[convert][--to=ttprobe][old one.log]
	[check][a directory/inner]
	[check][nothing-of-this]
	[--output][new.log]
	[-o][old one.log][-q]
	[--fields][loss,+identity,-snd_cwnd][--format][jsonl]
	[trace][--strict][ne]
end
typed <"$work/lines" >"$work/shown"
check "bash completes commands, options, formats, fields and files" \
	diff "$work/expected" "$work/shown"
plan
