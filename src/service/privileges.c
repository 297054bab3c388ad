// SPDX-License-Identifier: BSD-2-Clause
#include "service/privileges.h"

#include <errno.h>
#include <grp.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "report.h"

/* Logs must still be replaced and checkpoints removed when no capability overrides modes. */
static int become_owner(const struct log_path *log)
{
	if (!log || !log->owner || geteuid())
		return 0;
	if (setgroups(0, NULL) || setresgid(log->group, log->group, log->group) ||
	    setresuid(log->owner, log->owner, log->owner))
		return -errno;
	report_detail("going on as user %u, the owner of the log's directory", log->owner);
	return 0;
}

/*
 * Dropping from the bounding set takes CAP_SETPCAP, which a service does not hold;
 * its manager has bounded it, and no_new_privs bounds everybody.
 */
static int empty_bounding_set(void)
{
	for (cap_value_t value = 0; value < cap_max_bits(); value++)
		if (cap_get_bound(value) > 0 && cap_drop_bound(value) && errno != EPERM)
			return -errno;
	return 0;
}

/* The ambient set empties itself with the permitted one. */
static int empty_process_sets(void)
{
	cap_t nothing = cap_init(), left = NULL;
	int err = 0;

	if (!nothing || cap_set_proc(nothing)) {
		err = -errno;
		goto out;
	}
	left = cap_get_proc();
	if (!left)
		err = -errno;
	else if (cap_compare(left, nothing))
		err = -EPERM;
out:
	cap_free(left);
	cap_free(nothing);
	return err;
}

int privileges__drop(const struct log_path *log)
{
	int err = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		err = -errno;
	if (!err)
		err = empty_bounding_set();
	if (!err)
		err = become_owner(log);
	if (!err)
		err = empty_process_sets();
	return err ? report_error(err, "give up the privileges that tracing began with") : 0;
}
