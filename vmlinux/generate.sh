#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Generates vmlinux.h from a kernel's BTF: the types and members that the BPF programs access, and
# all integers of the connection's structs, so that a new field needs no new vmlinux.h. Member
# offsets need not match any kernel, as CO-RE relocates every access at load time, so padding is
# left out.
#
# Usage: vmlinux/generate.sh [BTF-FILE [HEADER]]     (default /sys/kernel/btf/vmlinux, vmlinux.h)
# The kernel is one of x86-64; what arm64 needs beside it is below.
set -eu

btf=${1:-/sys/kernel/btf/vmlinux}
here=$(dirname "$0")
header=${2:-$here/vmlinux.h}
bpftool=$("$here/../tools/find-bpftool")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Kernel constants that the programs use. No relocation names them, so the minimal BTF lacks them.
constants='TCP_ESTABLISHED TCP_FIN_WAIT1 TCP_FIN_WAIT2 TCP_TIME_WAIT TCP_CLOSE TCP_CLOSE_WAIT TCP_LAST_ACK TCP_LISTEN TCP_CLOSING
	BPF_MAP_TYPE_HASH BPF_MAP_TYPE_ARRAY BPF_MAP_TYPE_ARRAY_OF_MAPS BPF_MAP_TYPE_QUEUE BPF_MAP_TYPE_SK_STORAGE
	BPF_MAP_TYPE_RINGBUF BPF_MAP_TYPE_PERCPU_ARRAY BPF_ANY BPF_NOEXIST BPF_F_NO_PREALLOC BPF_F_MMAPABLE
	BPF_SK_STORAGE_GET_F_CREATE BPF_RB_NO_WAKEUP BPF_RB_FORCE_WAKEUP'

# The registers that a kprobe gets on arm64, from uapi asm/ptrace.h. The BTF has those of x86.
arm64_registers='
struct user_pt_regs {
	__u64 regs[31];
};'

emit_constants() {
	echo 'enum {'
	for name in $constants; do
		line=$(grep -m 1 -E "^	$name = [0-9]+," "$work/full/vmlinux.h") ||
			{ echo "$0: $btf has no enumerator $name" >&2; exit 1; }
		echo "$line"
	done
	echo '};'
	echo
}

# The types of bpf_helper_defs.h and the programs. BTF has some of them, in any order.
scalars='typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef int __s32;
typedef long long __s64;
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef unsigned int sk_buff_data_t;
typedef __s64 s64;
typedef unsigned int uid_t;
typedef __u64 __addrpair;
typedef __u32 __portpair;
typedef _Bool bool;'

# Drops scalar types, unnamed padding and every SOCK_* flag but the one that is used.
without_padding() {
	sed -E -e '/^typedef [A-Za-z_0-9 ]+;$/d' -e '/^\t+(long|int|short|char): [0-9]+;$/d' \
	    -e '/^\tSOCK_[A-Z_0-9]+ = /{/SOCK_DONE/!d}' "$1"
}

# Declares structs that the programs only point to: the minimal BTF lacks structs of which no member
# is accessed.
emit_pointed_to() {
	grep -ohE 'struct [a-z0-9_]+' "$here"/../bpf/*.[ch] | sort -u | while read -r name; do
		if grep -qE "^$name( \{|;)" "$work/full/vmlinux.h" &&
		    ! grep -q "^$name {" "$work/minimal.h"; then
			echo "$name;"
		fi
	done
	echo
}

# Prints a program that accesses every integer member of struct NAME but bitfields and nested ones.
touch_integers() {
	awk -v name="$1" '
		$0 == "struct " name " {" { inside = 1; print "int touch_" name "(void)\n{\n\treturn 0" }
		$0 == "};" && inside { print ";\n}"; exit }
		inside && /^\t(u|__u|s|__s)(8|16|32|64) [a-z0-9_]+;$/ {
			sub(";", "", $2)
			print "\t\t+ __builtin_preserve_field_info(((struct " name " *)0)->" $2 ", 0)"
		}' "$work/full/vmlinux.h"
}

# Compiles such programs for the structs that a field's `read` in fields.def has in scope.
compile_touching() {
	{
		echo '#include "vmlinux.h"'
		for name in sock inet_connection_sock tcp_sock; do
			echo '__attribute__((section("socket"), used))'
			touch_integers $name
		done
	} >"$work/touch.c"
	"${CLANG:-clang}" -O2 -g -target bpf -mcpu=v2 "$@" -I"$work/full" -c "$work/touch.c" \
		-o "$work/touch.o"
}

mkdir "$work/full" "$work/made"
"$bpftool" btf dump file "$btf" format c > "$work/full/vmlinux.h"
if ! sed -n '/^struct pt_regs {/,/^}/p' "$work/full/vmlinux.h" | grep -q ' di;$'; then
	echo "$0: $btf lacks the registers of x86-64: give it the types of a kernel of x86-64" >&2
	exit 1
fi

# compile DIRECTORY [FLAG...]: compiles both builds of the programs with DIRECTORY's vmlinux.h.
compile() {
	directory=$1
	shift
	for way in fentry kprobe; do
		defines=
		[ $way = fentry ] || defines='-DSIFTR_KPROBE -D__TARGET_ARCH_x86'
		# shellcheck disable=SC2086 # these are flags
		"${CLANG:-clang}" -O2 -g -target bpf -mcpu=v2 -Wall -Wextra -Wno-unused-parameter -Werror \
			$defines "$@" -I"$directory" -I"$here/../include" -c "$here/../bpf/siftr.bpf.c" \
			-o "$work/$way.bpf.o"
	done
}
# From Linux 7.2 on there are unnamed members of named types, a Microsoft extension.
compile "$work/full" -fms-extensions -Wno-microsoft-anon-tag
compile_touching -fms-extensions -Wno-microsoft-anon-tag
"$bpftool" gen min_core_btf "$btf" "$work/minimal.btf" \
	"$work/fentry.bpf.o" "$work/kprobe.bpf.o" "$work/touch.o"
"$bpftool" btf dump file "$work/minimal.btf" format c > "$work/minimal.h"
{
	echo '/* Made by vmlinux/generate.sh from a kernel'\''s BTF. Do not edit. */'
	without_padding "$work/minimal.h" | sed '/^#ifndef BPF_NO_PRESERVE/,$d'
	echo "$scalars"
	echo
	emit_constants
	emit_pointed_to
	without_padding "$work/minimal.h" | sed -n '/^#ifndef BPF_NO_PRESERVE/,$p' |
		awk -v arm64="$arm64_registers" '{print} /^#endif/ && !done++ {print arm64}'
} > "$work/vmlinux.h"
cat -s "$work/vmlinux.h" > "$work/made/vmlinux.h"
compile "$work/made"
cp "$work/made/vmlinux.h" "$header"
echo "$header: $(wc -l < "$header") lines from $btf"
