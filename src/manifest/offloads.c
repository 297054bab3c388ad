// SPDX-License-Identifier: BSD-2-Clause
#include "manifest/offloads.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <net/if.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <siftr/array_size.h>

/* The names are ethtool's. `flag` is a bit of ETHTOOL_GFLAGS, 0 with the others. */
static const struct {
	const char *name;
	__u32 command, flag;
} offloads[] = {
	{"rx-checksumming", ETHTOOL_GRXCSUM, 0},
	{"tx-checksumming", ETHTOOL_GTXCSUM, 0},
	{"scatter-gather", ETHTOOL_GSG, 0},
	{"tcp-segmentation-offload", ETHTOOL_GTSO, 0},
	{"generic-segmentation-offload", ETHTOOL_GGSO, 0},
	{"generic-receive-offload", ETHTOOL_GGRO, 0},
	{"large-receive-offload", ETHTOOL_GFLAGS, ETH_FLAG_LRO},
};

/* Whether the device answered. */
static bool ask(int fd, const char *device, void *command)
{
	struct ifreq request = {.ifr_data = command};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	return ioctl(fd, SIOCETHTOOL, &request) == 0;
}

static int add_driver(json_t *facts, int fd, const char *device)
{
	struct ethtool_drvinfo driver = {.cmd = ETHTOOL_GDRVINFO};

	if (!ask(fd, device, &driver) || !driver.driver[0])
		return 0;
	return json_object_set_new(facts, "driver",
				   json_stringn(driver.driver,
						strnlen(driver.driver, sizeof(driver.driver))))
		       ? -ENOMEM
		       : 0;
}

int offloads__add(json_t *facts, int fd, const char *device)
{
	json_t *found = json_object();
	int err = found ? add_driver(facts, fd, device) : -ENOMEM;

	for (size_t i = 0; !err && i < ARRAY_SIZE(offloads); i++) {
		struct ethtool_value value = {.cmd = offloads[i].command};

		if (!ask(fd, device, &value))
			continue;
		if (offloads[i].flag)
			value.data &= offloads[i].flag;
		if (json_object_set_new(found, offloads[i].name, json_boolean(value.data)))
			err = -ENOMEM;
	}
	if (err)
		json_decref(found);
	else if (json_object_set_new(facts, "offloads", found))
		err = -ENOMEM;
	return err;
}
