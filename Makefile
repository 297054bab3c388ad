# SPDX-License-Identifier: BSD-2-Clause
#
# siftr-bpf. Everything it needs comes from the distribution's packages; a test also uses DuckDB, from npm.
#
#   make              build ./siftr-bpf; with STATIC=1 one that needs no library where it runs
#   make build-deps   install what building needs (Debian, Ubuntu), about 200 MB
#   make deps         install what building and testing need (Debian, Ubuntu)
#   make check        all tests, the guest tests on the default kernel; analyse, check-sanitized,
#                     check-valgrind and fuzz as well
#   make check-ci     those and other kernels, without the guest tests that take long: 30 minutes
#   make check-kernels  all guest tests on every kernel of tests/vm/kernels.txt, but those for arm64
#   make check-fallbacks  all guest tests with each fallback forced, on every kernel
#   make check-unit   unit tests alone: no privilege, seconds
#   make analyse      gcc -fanalyzer, clang-tidy, cppcheck, shellcheck, clang-format: 0 findings
#   make check-sanitized  unit tests with AddressSanitizer and UndefinedBehaviorSanitizer
#   make check-valgrind   unit tests under valgrind
#   make soak         SOAK_MINUTES (30) of traffic and rotation, SOAK_STOPS (200) stops under load
#   make coverage     lines of src/ that run in unit tests and a guest: at least COVERAGE_MIN (90) %
#   make fuzz         anything as a log, as one to repair, convert or analyse, as options, as ring
#                     memory, as requests at the control socket, for FUZZ_SECONDS (60)
#   make demo         trace a transfer with 1 % loss; leaves siftr.log here. CC=bbr LOSS=2 RATE=20:
#                     a congestion control, percent, Mbit/s (CONGESTION=bbr is the same as CC=bbr)
#   make bench        speeds of the user side, as ratios; no privilege
#   make bench-kernel what tracing costs, in instructions, in guests
#   make install      honours DESTDIR, PREFIX, SBINDIR, MANDIR, SYSCONFDIR, SYSTEMDUNITDIR, SYSUSERSDIR,
#                     BASHCOMPLETIONDIR
#   make format       lay the sources out with clang-format
#   make compile_commands.json  for clangd and other editors' tools
#   make clean
#
# CC, CLANG, LLVM_STRIP, BPFTOOL, CFLAGS, LDFLAGS may be given, and HOSTCC, the compiler of what runs
# while siftr-bpf is built, where CC compiles for another machine; V=1 shows the commands. JOBS is how
# many tests run at a time: one more than processors, as a guest keeps four fifths of one busy.

VERSION := 0.1.0

# To make, CC is the compiler; of a demo a CC that is no program here is the congestion control.
ifneq ($(filter demo,$(MAKECMDGOALS)),)
ifeq ($(origin CC)$(shell command -v '$(CC)'),command line)
CONGESTION := $(CC)
override CC := cc
endif
endif

PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
MANDIR ?= $(PREFIX)/share/man
SYSCONFDIR ?= /etc
SYSTEMDUNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
BASHCOMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
CLANG ?= clang
LLVM_STRIP ?= llvm-strip
BPFTOOL ?= $(shell tools/find-bpftool)
INSTALL ?= install
BUILD := build

WARNINGS := -Wall -Wextra -Wmissing-prototypes -Wshadow -Wstrict-prototypes
# The same binary whatever directory it is built in.
SAME_ANYWHERE := -ffile-prefix-map=$(CURDIR)=.
BASE_CFLAGS := -std=gnu11 -O2 -g $(WARNINGS) -D_GNU_SOURCE -DSIFTR_BPF_VERSION='"$(VERSION)"' \
	-Iinclude -Isrc -I$(BUILD) $(SAME_ANYWHERE)
BPF_CFLAGS := -O2 -g -target bpf -mcpu=v2 -Wall -Wextra -Wno-unused-parameter -Ivmlinux -Iinclude \
	$(SAME_ANYWHERE)
# Where a kernel function's arguments are, for kprobes: on the machine the compiler compiles for.
TARGET := $(shell $(CC) -dumpmachine 2>/dev/null)
BPF_ARCH := $(patsubst x86_64-%,x86,$(patsubst aarch64-%,arm64,$(filter x86_64-% aarch64-%,$(TARGET))))
HOSTCC ?= $(if $(filter $(shell uname -m)-%,$(TARGET)),$(CC),cc)
# From 0.190 on libelf may want zstd, which its archive cannot say: zstd comes after it.
LIBS := -lbpf -lelf -lz -lzstd -lseccomp -lcap -ljansson -lncursesw -ltinfo
STATIC_LINK := -static-pie $(LIBS)
LINK_LIBS = $(if $(STATIC),$(STATIC_LINK),$(LIBS))

SOURCES := $(sort $(wildcard src/*.c src/*/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
# What every compilation depends on beside its source.
RULES := Makefile $(BUILD)/compiled-with $(BUILD)/checked
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/test_*.c)))
STATIC_PROGRAM := $(BUILD)/static/siftr-bpf
COMPLETION := $(BUILD)/completion/siftr-bpf
HOST_TESTS := tests/docs/test_docs.sh $(sort $(wildcard tests/build/test_*.sh)) \
	tests/format/test_flows.sh tests/format/test_readers.sh tests/page/test_page.sh tests/live/test_top.sh \
	tests/live/test_why.sh tests/service/test_unit.sh tests/demo/test_demo.sh tests/vm/judge/selftest.py tests/vm/machine/selftest.py
KERNELS := $(shell awk '!/^\#/ && NF && $$4 !~ /-arm64$$/ {print $$1}' tests/vm/kernels.txt)
DEFAULT_KERNEL := $(firstword $(KERNELS))
JOBS ?= $(shell expr $$(nproc) + 1)

# The tests' programs are built before the first of them runs: as many at a time as well. A recipe
# that calls make again, as some tests do, must not look for this make's job server: tests/prove.
ifneq ($(filter check check-%,$(MAKECMDGOALS)),)
MAKEFLAGS += -j$(JOBS)
endif

# A|B: B where the release has no package A.
BUILD_PACKAGES := gcc libc6-dev make clang llvm libbpf-dev libelf-dev zlib1g-dev libzstd-dev \
	bpftool|linux-tools-generic libcap-dev libseccomp-dev libjansson-dev libncurses-dev systemtap-sdt-dev
TEST_PACKAGES := perl libcmocka-dev mandoc python3 qemu-system-x86 busybox-static dash iproute2 \
	tcpdump nftables kmod systemd logrotate ca-certificates debian-archive-keyring clang-format \
	clang-tidy cppcheck shellcheck valgrind gcovr strace python3-pandas jq sqlite3 gnuplot-nox zstd tmux chromium bpftrace \
	librsvg2-bin
# From npm, pinned by lock files and their hashes: DuckDB, what drives Chromium, and uPlot, which is
# also built into siftr-bpf.
NPM_PREFIXES := tests/format tests/page tools/page
NPM_PACKAGES = $(if $(shell command -v node),,nodejs) $(if $(shell command -v npm),,npm)
# What clang links fuzzers with has clang's version in its name, where it is not in clang itself.
CLANG_RUNTIME = $$(apt-cache depends clang | sed -n 's/.*: clang-\([0-9]*\)$$/^libclang-rt-\1-dev$$/p' | \
	xargs -r apt-cache search --names-only | cut -d ' ' -f 1)

ifeq ($(V),1)
Q :=
say :=
else
Q := @
say = @echo "  $(1)	$(2)";
endif

.DELETE_ON_ERROR:
.PHONY: ALWAYS all deps build-deps check check-ci check-kernels check-fallbacks check-unit demo bench bench-kernel \
	install uninstall format check-format clean
.SECONDARY:

all: siftr-bpf $(COMPLETION)

siftr-bpf: $(OBJECTS) $(BUILD)/linked-with
	$(call say,LINK,$@)
	$(Q)$(CC) $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS) $(OBJECTS) $(LINK_LIBS) -o $@

# The same with every library in it, whatever the one above has.
$(STATIC_PROGRAM): $(OBJECTS) $(BUILD)/linked-with
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS) $(OBJECTS) $(STATIC_LINK) -o $@

# What completes siftr-bpf's command line in bash: a file of tools/, and the words of these tables.
WORD_TABLES := options/command_table options/option_table options/format_names options/name_list \
	options/request_table \
	format/column_table convert/field_table recorder/trigger_names
HOST_OBJECTS := $(patsubst %,$(BUILD)/host/%.o,tools/completion/words $(WORD_TABLES:%=src/%))

$(BUILD)/host/%.o: %.c $(RULES)
	@mkdir -p $(@D)
	$(call say,HOSTCC,$<)
	$(Q)$(HOSTCC) $(BASE_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/host/words: $(HOST_OBJECTS)
	$(call say,HOSTCC,$@)
	$(Q)$(HOSTCC) $^ -o $@

$(COMPLETION): tools/completion/siftr-bpf.bash $(BUILD)/host/words
	@mkdir -p $(@D)
	$(call say,WORDS,$@)
	$(Q)cat $< >$@ && $(BUILD)/host/words >>$@

# Another compiler, machine or flag builds again what it concerns.
$(BUILD)/compiled-with: now = $(CC) $(TARGET) $(HOSTCC) $(CLANG) $(BPFTOOL) $(CFLAGS)
$(BUILD)/linked-with: now = $(LDFLAGS) $(if $(STATIC),static)
$(BUILD)/compiled-with $(BUILD)/linked-with $(BUILD)/page-with: ALWAYS
	@mkdir -p $(@D)
	@printf '%s\n' $(call quoted,$(now)) | cmp -s - $@ || printf '%s\n' $(call quoted,$(now)) >$@

quoted = '$(subst ','\'',$(1))'

# One sentence instead of a page of errors where the system is too old.
$(BUILD)/checked: tools/check-build $(BUILD)/compiled-with
	@CFLAGS=$(call quoted,$(CFLAGS)) tools/check-build $(foreach tool,CC CLANG LLVM_STRIP BPFTOOL, \
		$(call quoted,$($(tool))))
	@touch $@

$(BUILD)/%.o: %.c $(RULES)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(BASE_CFLAGS) -MMD -MP $(CFLAGS) -c $< -o $@

# The skeletons must exist before the first compilation can find what it depends on.
SKELETONS := $(patsubst %,$(BUILD)/siftr_%.skel.h,fentry typed_kprobe fentry_kernel_ring kprobe)
$(filter $(BUILD)/src/capture/%,$(OBJECTS)): | $(SKELETONS)

$(BUILD)/%.skel.h: $(BUILD)/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $* > $@

# What the page of a report is made of, with uPlot, which draws its plots, if it is there; and the
# same without it, for a program to be tested.
UPLOT := $(patsubst %/package.json,%,$(wildcard tools/page/node_modules/uplot/package.json))
PAGE_ASSETS := $(BUILD)/page_assets.h
WITHOUT_UPLOT := $(BUILD)/siftr-bpf-without-uplot
$(filter $(BUILD)/src/page/%,$(OBJECTS)): | $(PAGE_ASSETS)

$(BUILD)/page-with: now = $(if $(UPLOT),$(shell cat $(UPLOT)/dist/* | cksum))
$(BUILD)/without-uplot/page_assets.h: UPLOT :=
$(PAGE_ASSETS) $(BUILD)/without-uplot/page_assets.h: tools/page/embed $(BUILD)/page-with \
		$(addprefix src/page/page.,html css js)
	@mkdir -p $(@D)
	$(call say,PAGE,$@)
	$(Q)tools/page/embed $(UPLOT) >$@

$(WITHOUT_UPLOT): src/page/page.c $(BUILD)/without-uplot/page_assets.h $(OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) -I$(BUILD)/without-uplot $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS) $< \
		$(filter-out %/page/page.o,$(filter %.o,$^)) $(LIBS) -o $@

# The same source four times: for fentry, and for kprobes whose pointers the kernel can cast to a
# type, both with mapped rings, which need the atomics of -mcpu=v3; and with the kernel's ring buffers
# for fentry, and for kprobes that read memory by calling a helper.
BPF_MAPPED_RING := -mcpu=v3 -DSIFTR_MAPPED_RING
bpf_way.fentry = $(BPF_MAPPED_RING) $(BPF_ARCH:%=-D__TARGET_ARCH_%)
bpf_way.typed_kprobe = $(BPF_MAPPED_RING) -DSIFTR_KPROBE -DSIFTR_CAST -D__TARGET_ARCH_$(BPF_ARCH)
bpf_way.fentry_kernel_ring :=
bpf_way.kprobe = -DSIFTR_KPROBE -D__TARGET_ARCH_$(BPF_ARCH)

$(BUILD)/siftr_%.bpf.o: bpf/siftr.bpf.c $(RULES)
	@mkdir -p $(@D)
	$(if $(or $(BPF_ARCH),$(filter fentry%,$*)),,$(error The registers of $(or $(TARGET),what $(CC) compiles for) are not known to siftr-bpf: x86-64 and arm64 are))
	$(call say,BPF,$< for $(subst _, ,$*))
	$(Q)$(CLANG) $(BPF_CFLAGS) $(bpf_way.$*) -MMD -MP -c $< -o $@
	$(Q)$(LLVM_STRIP) -g $@

# What unit tests share, and all of src/ but main(), from which each takes what it needs: linking is
# most of the time that a test takes to build. libc comes before the archives: the linker takes
# faulty_calls.o, which has a write() of its own, only for a test that uses its variables.
TEST_LIB_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/lib/*.c)))
TEST_LIBS = -lcmocka $(LIBS) -lc -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LIBS)

$(BUILD)/tests/lib/fentry_object.o $(BUILD)/sanitized/tests/lib/fentry_object.o: $(SKELETONS)
$(BUILD)/tests/lib.a: $(TEST_LIB_OBJECTS)
$(BUILD)/tests/src.a: $(filter-out %/main.o,$(OBJECTS))

$(BUILD)/%.a:
	@mkdir -p $(@D)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/tests/%: tests/unit/%.c $(BUILD)/tests/lib.a $(BUILD)/tests/src.a $(RULES)
	@mkdir -p $(@D)
	$(call say,TEST,$<)
	$(Q)$(CC) $(BASE_CFLAGS) -MMD -MP -MF $@.d $(CFLAGS) $(LDFLAGS) $< $(TEST_LIBS) -o $@

-include $(OBJECTS:.o=.d) $(HOST_OBJECTS:.o=.d) $(SKELETONS:.skel.h=.bpf.d) $(UNIT_TESTS:=.d) \
	$(TEST_LIB_OBJECTS:.o=.d)

deps:
	@if command -v apt-get >/dev/null; then \
		apt-get update -q && tools/install-packages $(foreach name,$(BUILD_PACKAGES),'$(name)') $(TEST_PACKAGES) \
			$(NPM_PACKAGES) $(CLANG_RUNTIME) || exit 1; \
		for prefix in $(NPM_PREFIXES); do \
			npm ci --prefix $$prefix --ignore-scripts --no-audit --no-fund || \
				echo "$$prefix: npm installs nothing here: tests that need it are left out, and" \
					"without tools/page the plots of a report cannot be zoomed." >&2; \
		done; \
	else \
		echo "Not a Debian system. Install the equivalents of:"; \
		echo "  to build: $(subst |, or ,$(BUILD_PACKAGES))"; \
		echo "  to test:  $(TEST_PACKAGES) nodejs npm"; \
	fi

build-deps:
	@if command -v apt-get >/dev/null; then \
		apt-get update -q && tools/install-packages $(foreach name,$(BUILD_PACKAGES),'$(name)'); \
	else \
		echo "Not a Debian system. Install the equivalents of: $(subst |, or ,$(BUILD_PACKAGES))"; \
	fi

# The skeletons are made first, as the sources include them.
compile_commands.json: export USER_COMMAND = $(CC) $(BASE_CFLAGS) $(CFLAGS)
compile_commands.json: export BPF_COMMAND = $(CLANG) $(BPF_CFLAGS)
compile_commands.json: $(SKELETONS) ALWAYS
	$(Q)tools/compile-commands $(SOURCES) $(wildcard tests/unit/*.c tests/lib/*.c tests/fuzz/*.c tools/*/*.c) bpf/siftr.bpf.c >$@

# prove(1) names and times executables, so each guest test is a script that calls tests/vm/run. The
# script's name is the kernel followed by words of this table, joined by '+': 6.1+again+hash.
run_option.again := --again
run_option.one-kernel := --one-kernel
run_option.preemption := --preemption
run_option.third-1 := --share 1/3
run_option.third-2 := --share 2/3
run_option.third-3 := --share 3/3
run_option.systemd := --systemd
run_option.thorough := --thorough
run_option.bpftrace := -k probing_bpftrace --keep $(BUILD)/vm/bpftrace
run_option.static := --binary $(STATIC_PROGRAM)
run_option.hash = --binary $(FORCED) --force hash
run_option.kprobe = --binary $(FORCED) --force kprobe
run_option.typed-kprobe = --binary $(FORCED) --force typed-kprobe
run_option.queue = --binary $(FORCED) --force queue

$(BUILD)/guest/%: Makefile
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec tests/vm/run %s\n' '$(call run_arguments,$(subst +, ,$*))' > $@ && chmod +x $@

run_arguments = $(strip $(firstword $(1)) $(foreach word,$(wordlist 2,$(words $(1)),$(1)), \
	$(or $(run_option.$(word)),$(error $(word) is no word of a guest test's name))))
FORCED := $(BUILD)/siftr-bpf-forced
DEFAULT_GUESTS := $(foreach words,/ +thorough +systemd +bpftrace,$(BUILD)/guest/$(DEFAULT_KERNEL)$(words:/=))
# Continuous integration has to end, on a slow host as well. What takes long, or is about what few
# changes touch, is left to check and check-kernels, and so are 6.12, which lies between kernels that
# are tried, and full preemption beyond lazy and real-time. What depends on when the kernel may
# preempt is tried on each kernel here; the rest, which works on one kernel as on another unless a
# kernel is new, is shared among them. The real-time kernel is 6.1 with another preemption model. The
# default kernel has several guests, as a single one would still run when all else has ended. 5.10
# gets the static program, as the release it comes from cannot build or load another.
CI_GUESTS := $(addprefix $(BUILD)/guest/,$(DEFAULT_KERNEL)+one-kernel 7.2+again+third-1 \
	$(DEFAULT_KERNEL)+again+third-2 5.10+again+third-3+static $(DEFAULT_KERNEL)+systemd 6.1-rt+preemption)
# Without again: also what continuous integration tries on one kernel alone.
EVERY_GUEST := $(foreach kernel,$(filter-out $(DEFAULT_KERNEL),$(KERNELS)), \
	$(BUILD)/guest/$(kernel) $(filter-out %-full+thorough,$(BUILD)/guest/$(kernel)+thorough))
# Typed kprobes need Linux 6.2.
FALLBACK_GUESTS := $(foreach mode,again again+thorough,$(foreach way,hash kprobe typed-kprobe queue, \
	$(patsubst %,$(BUILD)/guest/%+$(mode)+$(way),$(filter-out %-full \
		$(if $(filter typed-kprobe,$(way)),5.10 6.1 6.1-rt),$(KERNELS)))))

check check-ci check-kernels check-unit: $(STATIC_PROGRAM) $(COMPLETION) $(WITHOUT_UPLOT)

# What takes longest begins first.
check: siftr-bpf $(UNIT_TESTS) $(DEFAULT_GUESTS)
	-tests/vm/fetch $(DEFAULT_KERNEL) systemd
	tests/prove --timer -j $(JOBS) $(DEFAULT_GUESTS) $(QUALITY_TESTS) $(UNIT_TESTS) $(HOST_TESTS)

check-ci: export TIDY_WITHOUT_ANALYSER := 1
check-ci: siftr-bpf $(UNIT_TESTS) $(CI_GUESTS)
	-tests/vm/fetch
	tests/prove --timer -j $(JOBS) $(CI_GUESTS) \
		$(QUALITY_TESTS) $(UNIT_TESTS) $(HOST_TESTS)

check-kernels: siftr-bpf $(UNIT_TESTS) $(DEFAULT_GUESTS) $(EVERY_GUEST)
	-tests/vm/fetch
	tests/prove --timer -j $(JOBS) $(DEFAULT_GUESTS) $(EVERY_GUEST) \
		$(UNIT_TESTS) $(HOST_TESTS)

# The same program, but it obeys SIFTR_BPF_FORCE and SIFTR_BPF_FLOWS.
$(FORCED): src/capture/test_overrides.c $(OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(BASE_CFLAGS) -DSIFTR_TEST_BUILD $(CFLAGS) $(LDFLAGS) $< \
		$(filter-out %/test_overrides.o,$(OBJECTS)) $(LIBS) -o $@

check-fallbacks: $(FORCED) $(FALLBACK_GUESTS)
	-tests/vm/fetch
	tests/prove --timer -j $(JOBS) $(FALLBACK_GUESTS)

check-unit: siftr-bpf $(UNIT_TESTS)
	tests/prove $(UNIT_TESTS) $(HOST_TESTS)

$(BUILD)/bench/host: $(wildcard tests/bench/host/*.[ch]) $(filter-out %/main.o,$(OBJECTS)) $(RULES)
	@mkdir -p $(@D)
	$(call say,BENCH,$@)
	$(Q)$(CC) $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS) $(filter %.c %.o,$^) $(LIBS) -lpthread -o $@

$(BUILD)/bench/%: tests/bench/guest/%.c $(RULES)
	@mkdir -p $(@D)
	$(call say,BENCH,$@)
	$(Q)$(CC) $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS) $< $(LIBS) -o $@

bench: $(BUILD)/bench/host
	tests/bench/run-host

bench-kernel: siftr-bpf $(BUILD)/bench/traffic $(BUILD)/bench/empty
	tests/bench/run-kernel

# A configuration file that is there already is the administrator's.
install: siftr-bpf $(COMPLETION)
	$(INSTALL) -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(MANDIR)/man8 $(DESTDIR)$(MANDIR)/man5 \
		$(DESTDIR)$(SYSCONFDIR)/logrotate.d $(DESTDIR)$(SYSTEMDUNITDIR) \
		$(DESTDIR)$(SYSUSERSDIR) $(DESTDIR)$(BASHCOMPLETIONDIR)
	$(INSTALL) -m 0755 siftr-bpf $(DESTDIR)$(SBINDIR)/siftr-bpf
	$(INSTALL) -m 0644 man/siftr-bpf.8 $(DESTDIR)$(MANDIR)/man8/siftr-bpf.8
	$(INSTALL) -m 0644 man/siftr-bpf.5 $(DESTDIR)$(MANDIR)/man5/siftr-bpf.5
	$(INSTALL) -m 0644 $(COMPLETION) $(DESTDIR)$(BASHCOMPLETIONDIR)/siftr-bpf
	for unit in siftr-bpf siftr-bpf-repair; do \
		sed -e 's,@SBINDIR@,$(SBINDIR),g' -e 's,@SYSCONFDIR@,$(SYSCONFDIR),g' \
			systemd/$$unit.service.in | \
			$(INSTALL) -m 0644 /dev/stdin $(DESTDIR)$(SYSTEMDUNITDIR)/$$unit.service || \
			exit 1; \
	done
	$(INSTALL) -m 0644 systemd/siftr-bpf.sysusers $(DESTDIR)$(SYSUSERSDIR)/siftr-bpf.conf
	$(INSTALL) -m 0644 systemd/siftr-bpf.logrotate \
		$(DESTDIR)$(SYSCONFDIR)/logrotate.d/siftr-bpf
	[ -e $(DESTDIR)$(SYSCONFDIR)/siftr-bpf.conf ] || \
		$(INSTALL) -m 0644 systemd/siftr-bpf.conf $(DESTDIR)$(SYSCONFDIR)/siftr-bpf.conf

uninstall:
	rm -f $(DESTDIR)$(SBINDIR)/siftr-bpf $(DESTDIR)$(MANDIR)/man8/siftr-bpf.8 \
		$(DESTDIR)$(MANDIR)/man5/siftr-bpf.5 $(DESTDIR)$(SYSTEMDUNITDIR)/siftr-bpf.service \
		$(DESTDIR)$(SYSTEMDUNITDIR)/siftr-bpf-repair.service \
		$(DESTDIR)$(BASHCOMPLETIONDIR)/siftr-bpf \
		$(DESTDIR)$(SYSUSERSDIR)/siftr-bpf.conf $(DESTDIR)$(SYSCONFDIR)/logrotate.d/siftr-bpf
	! cmp -s systemd/siftr-bpf.conf $(DESTDIR)$(SYSCONFDIR)/siftr-bpf.conf || \
		rm -f $(DESTDIR)$(SYSCONFDIR)/siftr-bpf.conf

FORMATTED := $(wildcard src/*.[ch] src/*/*.[ch] bpf/*.[ch] include/siftr/*.h tests/unit/*.c \
	tests/lib/*.[ch] tests/fuzz/*.[ch] tools/*/*.c)

format:
	clang-format -i $(FORMATTED)

check-format:
	clang-format --dry-run --Werror $(FORMATTED)

demo: siftr-bpf
	$(Q)LOSS='$(LOSS)' RATE='$(RATE)' CONGESTION='$(CONGESTION)' tests/demo/run ./siftr-bpf

include tests/quality/quality.mk

clean:
	rm -rf $(BUILD) siftr-bpf compile_commands.json
