// SPDX-License-Identifier: BSD-2-Clause
#include "capture/load_config.h"

#include "capture/bitfield_layout.h"
#include "capture/group_layout.h"

void load_config__lay_out(struct siftr_config *config)
{
	unsigned int layouts = bitfield_layout__here();

	config->rx_opt_layout = !!(layouts & SIFTR_LAYOUT_RX_OPT);
	config->nonagle_layout = !!(layouts & SIFTR_LAYOUT_NONAGLE);
	config->record_bytes = group_layout__place(config->groups, config->group_offset);
}

void load_config__set_choice(struct siftr_config *config, bool inbound_only)
{
	__u32 flow_filters = SIFTR_FILTERS_FLOWS(config->filters), path = config->sampling.path;

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		config->choice[direction] = SIFTR_CHOICE(config->filters, path);
		config->flow_choice[direction] = SIFTR_CHOICE(flow_filters, path);
	}
	if (!inbound_only)
		return;
	config->flow_choice[SIFTR_OUT] = SIFTR_CHOICE_NONE;
	if (config->filters == flow_filters)
		config->choice[SIFTR_OUT] = SIFTR_CHOICE_NONE;
}
