// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/verdict.h"

#include "analyse/sentences.h"
#include "analyse/verdict_loss.h"
#include "analyse/verdict_receiver.h"
#include "analyse/verdict_sender.h"
#include "analyse/verdict_window.h"

void verdict__find(struct sentences *sentences, const struct flow_analysis *flow)
{
	sentences->count = 0;
	verdict_sender__find(sentences, flow);
	verdict_loss__find(sentences, flow);
	verdict_window__find(sentences, flow);
	verdict_receiver__find(sentences, flow);
	sentences__sort(sentences);
}
