// SPDX-License-Identifier: BSD-2-Clause
#include "service/privileges.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "report/report.h"
#include "service/landlock.h"

/*
 * Changes the user of a process of root, for example to the owner of the log's directory, who alone
 * can rotate logs in it once the process has no CAP_DAC_OVERRIDE. Not becoming nobody is no
 * failure: a user namespace may have no such user.
 */
static int become_user(uid_t user, gid_t group)
{
	if (!user || geteuid())
		return 0;
	if (setgroups(0, NULL) || setresgid(group, group, group) || setresuid(user, user, user))
		return user == PRIVILEGES_NOBODY ? 0 : -errno;
	report_detail("going on as user %u", user);
	return 0;
}

/*
 * Restricts writing to the directories by Landlock. It is one defence of several, so the run goes
 * on if the kernel does not offer it.
 */
static void stay_in_directories(const struct privileges_needs *needs)
{
	int err = landlock__enter(needs->directories, needs->nr_directories);

	if (err)
		report_detail("not confined to the log's directory by Landlock: %s",
			      strerror(-err));
}

/*
 * Empties the bounding set, which needs CAP_SETPCAP. A service does not have it: there the service
 * manager has reduced the set. In either case no_new_privs keeps execve(2) from adding
 * capabilities.
 */
static int empty_bounding_set(void)
{
	for (cap_value_t value = 0; value < cap_max_bits(); value++)
		if (cap_get_bound(value) > 0 && cap_drop_bound(value) && errno != EPERM)
			return -errno;
	return 0;
}

/*
 * Empties the effective, permitted and inheritable sets; the kernel then clears the ambient set
 * itself.
 */
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

int privileges__drop(const struct privileges_needs *needs)
{
	int err = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		err = -errno;
	if (!err)
		err = empty_bounding_set();
	if (!err)
		err = become_user(needs->user, needs->group);
	if (!err)
		err = empty_process_sets();
	if (!err)
		stay_in_directories(needs);
	return err ? report_error(err, "give up the privileges that tracing began with") : 0;
}
