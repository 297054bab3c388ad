#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Remakes vmlinux.h from a kernel's BTF: only the types and members the BPF
# programs touch. Member offsets need not match any kernel: CO-RE relocates
# every access at load time, so padding is left out.
#
# Usage: vmlinux/generate.sh [BTF-FILE]     (default /sys/kernel/btf/vmlinux)
set -eu

btf=${1:-/sys/kernel/btf/vmlinux}
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Kernel interface constants the programs name; they carry no relocation, so the
# minimal BTF leaves them out.
constants='TCP_ESTABLISHED TCP_FIN_WAIT1 TCP_FIN_WAIT2 TCP_CLOSE_WAIT TCP_LAST_ACK TCP_CLOSING
	BPF_MAP_TYPE_HASH BPF_MAP_TYPE_ARRAY BPF_MAP_TYPE_ARRAY_OF_MAPS BPF_MAP_TYPE_SK_STORAGE
	BPF_MAP_TYPE_RINGBUF BPF_NOEXIST BPF_F_NO_PREALLOC BPF_F_MMAPABLE
	BPF_SK_STORAGE_GET_F_CREATE BPF_RB_NO_WAKEUP BPF_RB_FORCE_WAKEUP'

# What a kprobe is given on arm64, from its uapi asm/ptrace.h; x86's is in its BTF.
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

# Drops unnamed padding and every enumerator but the one that is used.
without_padding() {
	sed -E -e '/^\t+(long|int|short|char): [0-9]+;$/d' \
	    -e '/^\tSOCK_[A-Z_0-9]+ = /{/SOCK_DONE/!d}' "$1"
}

mkdir "$work/full"
bpftool btf dump file "$btf" format c > "$work/full/vmlinux.h"
compile() {
	clang -O2 -g -target bpf -mcpu=v2 -Wno-unused-parameter "$@" \
		-I"$work/full" -I"$here/../include" -c "$here/../bpf/siftr.bpf.c"
}
compile -o "$work/fentry.bpf.o"
compile -DSIFTR_KPROBE -D__TARGET_ARCH_x86 -o "$work/kprobe.bpf.o"
bpftool gen min_core_btf "$btf" "$work/minimal.btf" "$work/fentry.bpf.o" "$work/kprobe.bpf.o"
bpftool btf dump file "$work/minimal.btf" format c > "$work/minimal.h"
{
	echo '/* Made by vmlinux/generate.sh from a kernel'\''s BTF. Do not edit. */'
	without_padding "$work/minimal.h" | sed '/^#ifndef BPF_NO_PRESERVE/,$d'
	# What bpf_helper_defs.h and the programs use beside the relocated types.
	for type in '__s32 int' '__s64 long long' 'bool _Bool'; do
		echo "typedef ${type#* } ${type%% *};"
	done
	echo 'typedef __u32 __wsum;'
	echo
	emit_constants
	without_padding "$work/minimal.h" | sed -n '/^#ifndef BPF_NO_PRESERVE/,$p' |
		awk -v arm64="$arm64_registers" '{print} /^#endif/ && !done++ {print arm64}'
} > "$work/vmlinux.h"
# Types come before their first use.
awk '/^typedef .*__u?[0-9]+;$|^typedef .* [us](8|16|32|64);$|^typedef .*__be(16|32);$/ && !seen[$0]++ {t = t $0 "\n"; next}
	{body = body $0 "\n"}
	END {n = index(body, "typedef"); print substr(body, 1, n - 1) t substr(body, n)}' \
	"$work/vmlinux.h" | cat -s > "$here/vmlinux.h"
echo "$here/vmlinux.h: $(wc -l < "$here/vmlinux.h") lines from $btf"
