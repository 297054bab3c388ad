// SPDX-License-Identifier: BSD-2-Clause
#include "live_fixture.h"

struct analysed_row live_fixture__row(__u64 us, bool outbound)
{
	struct analysed_row row = analysed_row(BEGIN_US + us, outbound);

	analysed_row__set(&row, SIFTR_FIELD_ca_state, 0);
	analysed_row__set(&row, SIFTR_FIELD_icsk_retransmits, 0);
	analysed_row__set(&row, SIFTR_FIELD_pacing_status, 0);
	analysed_row__set(&row, SIFTR_FIELD_chrono_type, 1);
	analysed_row__set(&row, SIFTR_FIELD_is_cwnd_limited, 0);
	return row;
}

void live_fixture__add(struct live_model *model, __u32 number, const struct analysed_row *added)
{
	struct siftr_flow_key key = analysed_key(number);
	struct row row = analysed_row__row(added, &key);

	row.flowid = row.flow_number = number;
	assert_int_equal(live_model__add(model, &row, 1), 0);
}

const struct live_snapshot *live_fixture__snapshot(struct live_model *model, __u64 us,
						   enum live_column sort, size_t first,
						   size_t count)
{
	static struct live_snapshot taken;
	const struct live_choice choice = {.sort = sort, .first = first, .count = count};

	live_model__tick(model, BEGIN_US + us);
	live_model__snapshot(model, &choice, &taken);
	return &taken;
}

struct live_model *live_fixture__model(void (*change)(struct analysed_row *row, int i))
{
	struct live_model *model = live_model__new(4);

	assert_non_null(model);
	live_model__tick(model, BEGIN_US);
	for (int i = 0; i < 10; i++) {
		struct analysed_row row = live_fixture__row(i * SECOND / 10, i % 2);

		change(&row, i);
		live_fixture__add(model, 1, &row);
	}
	return model;
}
