# SPDX-License-Identifier: BSD-2-Clause
#
# What looks for defects that no test names: static analysers, sanitizers, valgrind, fuzzers. Part
# of the Makefile at the root. Each target ends with prove's summary.

.PHONY: analyse check-sanitized check-valgrind fuzz coverage

# Flags for the scripts, which split them at blanks, so that quotes have no effect.
export ANALYSE_CFLAGS = $(subst ',,$(BASE_CFLAGS))
export ANALYSE_BPF_CFLAGS = $(BPF_CFLAGS)
export FORMATTED
ANALYSES := $(sort $(wildcard tests/quality/*.sh))

analyse: siftr-bpf
	tests/prove -j $(JOBS) $(ANALYSES)

# The unit tests again, each object built with AddressSanitizer, LeakSanitizer and
# UndefinedBehaviorSanitizer, which end the test at what they find. The sandbox forbids what these,
# and valgrind, need themselves.
WATCHED_TESTS := $(filter-out %/test_sandbox %/test_sandbox_calls %/test_sandbox_refusals,$(UNIT_TESTS))
SANITIZE := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
export ASAN_OPTIONS := detect_stack_use_after_return=1
SANITIZED_OBJECTS := $(SOURCES:%.c=$(BUILD)/sanitized/%.o)
SANITIZED_LIB_OBJECTS := $(TEST_LIB_OBJECTS:$(BUILD)/%=$(BUILD)/sanitized/%)
SANITIZED_TESTS := $(WATCHED_TESTS:$(BUILD)/%=$(BUILD)/sanitized/%)

$(BUILD)/sanitized/src/capture/prog_builds.o: $(SKELETONS)
$(BUILD)/sanitized/src/page/page.o: $(PAGE_ASSETS)

$(BUILD)/sanitized/%.o: %.c $(RULES)
	@mkdir -p $(@D)
	$(call say,CC,$< sanitized)
	$(Q)$(CC) $(BASE_CFLAGS) -MMD -MP $(CFLAGS) $(SANITIZE) -c $< -o $@

$(BUILD)/sanitized/tests/lib.a: $(SANITIZED_LIB_OBJECTS)
$(BUILD)/sanitized/tests/src.a: $(filter-out %/main.o,$(SANITIZED_OBJECTS))

$(BUILD)/sanitized/tests/%: tests/unit/%.c $(BUILD)/sanitized/tests/lib.a $(BUILD)/sanitized/tests/src.a $(RULES)
	@mkdir -p $(@D)
	$(call say,TEST,$< sanitized)
	$(Q)$(CC) $(BASE_CFLAGS) -MMD -MP -MF $@.d $(CFLAGS) $(SANITIZE) $(LDFLAGS) $< $(TEST_LIBS) -o $@

check-sanitized: $(SANITIZED_TESTS)
	tests/prove -j $(JOBS) $(SANITIZED_TESTS)

-include $(SANITIZED_OBJECTS:.o=.d) $(SANITIZED_LIB_OBJECTS:.o=.d) $(SANITIZED_TESTS:=.d)

# The unit tests as they are under valgrind, which also sees memory read before it was written. A
# test's child that ends at once still reaches its parent's memory, which is no leak. A million
# flows have limits of time and memory, which valgrind exceeds; of five hundred killed
# children none survives to report. How much of its argument each command of bpf(2)
# reads is unknown to valgrind, which reports what libbpf leaves unset.
VALGRIND_TESTS := $(patsubst $(BUILD)/tests/%,$(BUILD)/valgrind/%, \
	$(filter-out %/test_million_flows %/test_session_random_kills %/test_time_namespace, \
	$(WATCHED_TESTS)))
VALGRIND_FLAGS := --quiet --vgdb=no --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite,indirect,possible \
	--show-leak-kinds=definite,indirect,possible

$(BUILD)/valgrind/%: $(BUILD)/tests/% $(RULES)
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexport SIFTR_TEST_ROUNDS_DIVISOR=50\nexec valgrind $(VALGRIND_FLAGS) %s\n' $< > $@ && chmod +x $@

check-valgrind: $(VALGRIND_TESTS)
	tests/prove -j $(JOBS) $(VALGRIND_TESTS)

# libFuzzer targets, a program for each tests/fuzz/fuzz_*.c, all of the sources instrumented. They
# share FUZZ_SECONDS. What is found new is kept with the build, not with the seeds.
FUZZ_SECONDS ?= 60
FUZZ_FLAGS := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_OBJECTS := $(SOURCES:%.c=$(BUILD)/fuzz/%.o)
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))

$(BUILD)/fuzz/src/capture/prog_builds.o: $(SKELETONS)
$(BUILD)/fuzz/src/page/page.o: $(PAGE_ASSETS)

$(BUILD)/fuzz/%.o: %.c $(RULES)
	@mkdir -p $(@D)
	$(call say,CC,$< to be fuzzed)
	$(Q)$(CLANG) $(BASE_CFLAGS) -MMD -MP $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -c $< -o $@

$(BUILD)/fuzz/%: tests/fuzz/fuzz_%.c $(filter-out %/main.o,$(FUZZ_OBJECTS)) $(RULES)
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)
	$(Q)$(CLANG) $(BASE_CFLAGS) -MMD -MP -MF $@.d $(FUZZ_FLAGS) -fsanitize=fuzzer \
		$(filter %.c %.o,$^) $(LIBS) -o $@

FUZZ_TESTS := $(FUZZERS:=.t)
export FUZZ_SHARE := $(shell expr $(FUZZ_SECONDS) / $(words $(FUZZERS)))

$(BUILD)/fuzz/%.t: $(BUILD)/fuzz/%
	@printf '#!/bin/sh\nexec tests/fuzz/run %s\n' $< > $@ && chmod +x $@

fuzz: $(FUZZ_TESTS)
	tests/prove -j $(JOBS) $(FUZZ_TESTS)

-include $(FUZZ_OBJECTS:.o=.d) $(FUZZERS:=.d)

# Which lines of src/ ran: in the unit tests, in the program here and, as only a kernel that may
# be traced reaches the rest, in a guest through all of its scenarios. Fails below COVERAGE_MIN.
COVERAGE_MIN ?= 90
COVERAGE_OBJECTS := $(SOURCES:%.c=$(BUILD)/coverage/%.o)
COVERAGE_TESTS := $(UNIT_TESTS:$(BUILD)/%=$(BUILD)/coverage/%)
export COVERAGE_MIN COVERAGE_GUEST

$(BUILD)/coverage/src/capture/prog_builds.o: $(SKELETONS)
$(BUILD)/coverage/src/page/page.o: $(PAGE_ASSETS)

$(BUILD)/coverage/%.o: %.c $(RULES)
	@mkdir -p $(@D)
	$(call say,CC,$< for coverage)
	$(Q)$(CC) $(BASE_CFLAGS) -O0 --coverage -MMD -MP -c $< -o $@

$(BUILD)/coverage/siftr-bpf: $(COVERAGE_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(BASE_CFLAGS) --coverage $(LDFLAGS) $^ $(LIBS) -o $@

$(BUILD)/coverage/tests/src.a: $(filter-out %/main.o,$(COVERAGE_OBJECTS))

$(BUILD)/coverage/tests/%: tests/unit/%.c $(BUILD)/tests/lib.a $(BUILD)/coverage/tests/src.a $(RULES)
	@mkdir -p $(@D)
	$(call say,TEST,$< for coverage)
	$(Q)$(CC) $(BASE_CFLAGS) -O0 -MMD -MP -MF $@.d -c $< -o $@.o
	$(Q)$(CC) --coverage $(LDFLAGS) $@.o $(TEST_LIBS) -o $@

coverage: $(BUILD)/coverage/siftr-bpf $(COVERAGE_TESTS)
	tests/quality/coverage $(BUILD)/coverage $(DEFAULT_KERNEL)

-include $(COVERAGE_OBJECTS:.o=.d) $(COVERAGE_TESTS:=.d)

# Long: SOAK_MINUTES of traffic over a bad link while logs rotate, then SOAK_STOPS stops under load.
SOAK_MINUTES ?= 30
SOAK_STOPS ?= 200
SOAK_SECONDS = $(shell expr $(SOAK_MINUTES) '*' 90 + $(SOAK_STOPS) '*' 30 + 900)
.PHONY: soak

$(BUILD)/guest/soak:
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec tests/vm/run -k soaking --keep $(BUILD)/vm/soak --seconds %s --environment %s --environment %s\n' \
		'"$$SOAK_SECONDS"' '"SOAK_MINUTES=$$SOAK_MINUTES"' '"SOAK_STOPS=$$SOAK_STOPS"' > $@ && chmod +x $@

soak: export SOAK_MINUTES := $(SOAK_MINUTES)
soak: export SOAK_STOPS := $(SOAK_STOPS)
soak: export SOAK_SECONDS := $(SOAK_SECONDS)
soak: siftr-bpf $(BUILD)/guest/soak
	tests/prove --timer -v $(BUILD)/guest/soak

# With check goes what takes seconds to minutes.
QUALITY_TESTS := $(ANALYSES) $(SANITIZED_TESTS) $(VALGRIND_TESTS) $(FUZZ_TESTS)
check check-ci: $(QUALITY_TESTS)
