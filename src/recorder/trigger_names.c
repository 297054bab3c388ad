// SPDX-License-Identifier: BSD-2-Clause
#include "recorder/trigger_names.h"

const struct trigger_name trigger_names[TRIGGER_KINDS] = {
	[TRIGGER_RTO] = {"rto", false},
	[TRIGGER_RETRANSMIT] = {"retransmit", false},
	[TRIGGER_RETRANSMITS] = {"retransmits", true},
	[TRIGGER_RECOVERY] = {"recovery", false},
	[TRIGGER_ZERO_WINDOW] = {"zero-window", false},
	[TRIGGER_STALL] = {"stall", true},
	[TRIGGER_RST] = {"rst", false},
	[TRIGGER_SRTT] = {"srtt", true},
	[TRIGGER_SRTT_RATIO] = {"srtt", true},
	[TRIGGER_CWND] = {"cwnd", true},
	[TRIGGER_CTL] = {"ctl", false},
};

const char *trigger_names__first(__u32 fired)
{
	return fired ? trigger_names[__builtin_ctz(fired) % TRIGGER_KINDS].name : "";
}
