// SPDX-License-Identifier: BSD-2-Clause
#include "commands/reload.h"

#include "capture/clock.h"
#include "commands/announce.h"
#include "service/notify.h"

void reload__next_file(struct run *run)
{
	notify__reloading(&run->progress.notify, clock__process_ns());
	run__pass(run);
	session__rotate(&run->session, drain__watermark_ns(run->drain));
	announce__reload(&run->session, run__is_service(run));
	progress__ready(&run->progress);
}
