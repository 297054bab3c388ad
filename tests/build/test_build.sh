#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The build on other systems: for another machine, and with tools that are missing, too old or broken.
# Also the static program without any library. Prints TAP; runs at the root of the tree after make.
# shellcheck disable=SC2016,SC2317 # other shells expand what is quoted; check calls the functions
set -eu
cd "$(dirname "$0")/../.."
. tests/quality/tap
unset MAKEFLAGS MAKELEVEL MFLAGS

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/include"

# stub FILE TEXT: a program that runs TEXT.
stub()
{
	mkdir -p "${1%/*}"
	printf '#!/bin/sh\n%s\n' "$2" >"$1"
	chmod +x "$1"
}

# refuses SENTENCE COMMAND...: it fails, and its output is one line that contains SENTENCE.
refuses()
{
	sentence=$1
	shift
	if "$@" >"$work/output" 2>&1; then
		echo "It succeeds."
		return 1
	fi
	cat "$work/output"
	[ "$(wc -l <"$work/output")" = 1 ] && grep -qF -e "$sentence" "$work/output"
}

# prints TEXT COMMAND...
prints()
{
	text=$1
	shift
	output=$("$@" 2>&1) || return 1
	echo "$output"
	[ "$output" = "$text" ]
}

# The machine for which the kprobe programs are compiled.
arch()
{
	stub "$work/bin/cc-for-$1" "echo $1-linux-gnu"
	make -s CC="$work/bin/cc-for-$1" --eval 'tell: ; @echo $(BPF_ARCH)' tell
}

check "compiled for x86-64, the registers are x86's" prints x86 arch x86_64
check "compiled for arm64, the registers are arm64's" prints arm64 arch aarch64

kprobe_object()
{
	stub "$work/bin/cc-for-$1" "[ \"\$1\" = -dumpmachine ] && echo $1-linux-gnu || exec gcc \"\$@\""
	make -s BUILD="$work/$1" CC="$work/bin/cc-for-$1" "$work/$1/siftr_kprobe.bpf.o"
}
check "the programs for kprobes can be compiled for arm64" kprobe_object aarch64
check "the programs for kprobes can be compiled for x86-64" kprobe_object x86_64
check "they are not the same programs" \
	sh -c '! cmp "$1/aarch64/siftr_kprobe.bpf.o" "$1/x86_64/siftr_kprobe.bpf.o"' sh "$work"
for machine in riscv64 s390x; do
	check "for $machine, whose registers are not known, the build says so" \
		refuses "The registers of $machine-linux-gnu are not known" kprobe_object $machine
done

# With the tools of this system, but for one that the test replaces.
build_with()
{
	PATH="$work/bin:$PATH" CFLAGS="${flags-}" tools/check-build \
		"${cc:-${CC:-cc}}" "${clang:-clang}" "${strip:-llvm-strip}" "${bpftool-$(tools/find-bpftool)}"
}

check "what is installed here is enough" build_with
cc=no-such-compiler check "a compiler that is missing is named" \
	refuses "the compiler no-such-compiler is missing" build_with
clang=no-such-clang check "clang that is missing is named" refuses "no-such-clang" build_with
stub "$work/bin/clang-11" 'echo 11'
clang=clang-11 check "clang 11 is too old" refuses "clang 11 is too old, 13 is the least" build_with
stub "$work/bin/clang-without-bpf" 'case "$*" in *bpf*) exit 1 ;; esac; echo 17'
clang=clang-without-bpf check "clang without its BPF target is named" \
	refuses "without its BPF target" build_with
for version in 0.8 1.0; do
	mkdir -p "$work/libbpf-$version/bpf"
	printf '#define LIBBPF_MAJOR_VERSION %s\n#define LIBBPF_MINOR_VERSION %s\n' \
		"${version%.*}" "${version#*.}" >"$work/libbpf-$version/bpf/libbpf_version.h"
done
flags="-I$work/libbpf-0.8" check "libbpf 0.8 is too old" \
	refuses "libbpf 0.8 is too old, 1.0 is the least" build_with
flags="-I$work/libbpf-1.0" check "libbpf 1.0 is enough" build_with
stub "$work/bin/cc-without-libbpf" \
	"exec ${CC:-cc} -nostdinc -I$work/bare \"\$@\""
cc=cc-without-libbpf check "libbpf that is missing is named" \
	refuses "<bpf/libbpf.h> is missing" build_with
mkdir -p "$work/bare/bpf"
touch "$work/bare/bpf/libbpf.h"
cc=cc-without-libbpf check "libbpf 0.3, which does not tell its version, is too old" \
	refuses "libbpf before 0.6 is too old, 1.0 is the least" build_with
bpftool='' check "no bpftool that works" refuses "no bpftool works" build_with
stub "$work/bin/bpftool-5.10" 'echo /usr/sbin/bpftool v5.10.234'
bpftool=bpftool-5.10 check "bpftool 5.10 is too old" \
	refuses "bpftool 5.10 is too old, 5.16 is the least" build_with
stub "$work/bin/bpftool-6.8" 'echo bpftool v6.8.12; echo using libbpf v1.3'
bpftool=bpftool-6.8 check "bpftool 6.8 is enough" build_with
check "make itself ends with that sentence" refuses "bpftool 5.10 is too old" \
	sh -c 'make -s --no-print-directory BUILD="$1/old" BPFTOOL="$1/bin/bpftool-5.10" 2>&1 |
		grep -v "^make: \*\*\*"; false' sh "$work"

least_versions_in_readme()
{
	sed -n 's/^\(libbpf\|clang\|bpftool\)_least=\([0-9.]*\).*/\1 \2/p' tools/check-build \
		>"$work/least"
	[ "$(wc -l <"$work/least")" = 3 ] || return 1
	while read -r least; do
		grep -qF "$least" README.md || { echo "README.md does not say: $least"; return 1; }
	done <"$work/least"
}
check "the README has the least versions" least_versions_in_readme

# A system like Ubuntu: the wrapper first in PATH, then the tools of two kernels.
ubuntu=$work/ubuntu
stub "$work/wrapped/bpftool" 'echo "WARNING: bpftool not found for kernel 6.8.0" >&2; exit 2'
find_bpftool()
{
	PATH="$work/wrapped:/usr/bin:/bin" tools/find-bpftool "$ubuntu"
}
check "where no bpftool works none is found" prints "" find_bpftool
stub "$ubuntu/usr/lib/linux-tools/6.8.0-9-generic/bpftool" 'echo /usr/lib/bpftool v7.4.0'
stub "$ubuntu/usr/lib/linux-tools-6.8.0-31/bpftool" 'echo /usr/lib/bpftool v7.4.0'
stub "$ubuntu/usr/sbin/bpftool" 'exit 2'
check "after a wrapper that fails the newest of linux-tools-* is found" \
	prints "$ubuntu/usr/lib/linux-tools-6.8.0-31/bpftool" find_bpftool
stub "$ubuntu/usr/sbin/bpftool" 'echo bpftool v7.1.0'
check "one that works comes first" prints "$ubuntu/usr/sbin/bpftool" find_bpftool

# A release with gcc and linux-tools-generic, where bpftool is a virtual package.
stub "$work/bin/apt-cache" 'case $2 in gcc|linux-tools-generic) echo "  Candidate: 1.0" ;;
bpftool) echo "  Candidate: (none)" ;; esac'
stub "$work/bin/apt-get" 'echo "$@"'
install()
{
	PATH="$work/bin:$PATH" tools/install-packages "$@"
}
check "a package that a release lacks has another in its place, or is left out and named" prints \
	"This release has no package gcovr: left out.
install -y -q --no-install-recommends gcc linux-tools-generic" \
	install gcc 'bpftool|linux-tools-generic' gcovr

plan
