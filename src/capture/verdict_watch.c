// SPDX-License-Identifier: BSD-2-Clause
#include "capture/verdict_watch.h"

bool verdict_watch__poll(struct verdict_watch *watch, bool off, __u64 skipped)
{
	bool outdated = skipped != watch->skipped || (watch->off && !off);

	*watch = (struct verdict_watch){.off = off, .skipped = skipped};
	return outdated;
}
