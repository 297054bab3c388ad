// SPDX-License-Identifier: BSD-2-Clause
#include "capture/load_config.h"

#include "capture/bitfield_layout.h"
#include "capture/group_layout.h"

void load_config__lay_out(struct siftr_config *config)
{
	unsigned int layouts = bitfield_layout__here();

	config->choice = SIFTR_CHOICE(config->filters, config->sampling.sole);
	config->flow_choice =
		SIFTR_CHOICE(SIFTR_FILTERS_FLOWS(config->filters), config->sampling.sole);
	config->rx_opt_layout = !!(layouts & SIFTR_LAYOUT_RX_OPT);
	config->nonagle_layout = !!(layouts & SIFTR_LAYOUT_NONAGLE);
	config->record_bytes = group_layout__place(config->groups, config->group_offset);
}
