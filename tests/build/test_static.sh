#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The static program in a root directory with only itself and a log: it needs no user space.
# Prints TAP; runs at the root of the tree after make build/static/siftr-bpf.
# shellcheck disable=SC2317 # check calls the functions
set -eu
cd "$(dirname "$0")/../.."
. tests/quality/tap

program=build/static/siftr-bpf
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cp "$program" tests/golden/freebsd.log "$root"

alone()
{
	if [ "$(id -u)" = 0 ]; then
		chroot "$root" /siftr-bpf "$@"
	else
		unshare --map-root-user --root="$root" /siftr-bpf "$@"
	fi
}

needs_no_library()
{
	LC_ALL=C readelf --program-headers --dynamic "$program" >"$root/headers"
	grep -q LOAD "$root/headers" && ! grep -e INTERP -e NEEDED "$root/headers"
}

says_its_version()
{
	[ "$(alone --version)" = "$(./siftr-bpf --version)" ]
}

# Exit status 3: the host cannot be traced, which the program finds out by itself.
says_what_the_host_lacks()
{
	alone doctor >"$root/doctor" 2>&1 || [ $? = 3 ]
	cat "$root/doctor"
	grep -q BTF "$root/doctor"
}

check "the program has no interpreter and needs no library" needs_no_library
check "alone in a root directory it starts" says_its_version
check "alone in a root directory it checks a log" alone check freebsd.log
check "alone in a root directory it says what the host lacks" says_what_the_host_lacks
plan
