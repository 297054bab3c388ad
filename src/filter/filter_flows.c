// SPDX-License-Identifier: BSD-2-Clause
#include "filter/filter_flows.h"

#include <siftr/filter.h>
#include <siftr/record.h>

#include "filter/filter_ports.h"

static bool rule_matches(const struct siftr_rule *rule, __u8 family, const __u64 address[2])
{
	return (!rule->family || rule->family == family) &&
	       (address[0] & rule->mask[0]) == rule->value[0] &&
	       (address[1] & rule->mask[1]) == rule->value[1];
}

/* Whether the rule matches at one of the ends that its filter looks at. */
static bool matches_flow(const struct siftr_rule *rule, const struct siftr_flow_key *key)
{
	if (rule->filter != SIFTR_FILTER_FADDR && rule_matches(rule, key->family, key->laddr))
		return true;
	return rule->filter != SIFTR_FILTER_LADDR && rule_matches(rule, key->family, key->faddr);
}

bool filter_flows__match(const struct siftr_filter *filter, const struct siftr_flow_key *key)
{
	__u32 wanted = 0, matched = 0;

	if (!filter_ports__match(filter, key->lport, key->fport))
		return false;
	for (const struct siftr_rule *rule = filter->rules; rule->filter; rule++) {
		bool matches = matches_flow(rule, key);

		if (rule->negated && matches)
			return false;
		if (!rule->negated)
			wanted |= rule->filter;
		if (matches)
			matched |= rule->filter;
	}
	return !(wanted & ~matched);
}
