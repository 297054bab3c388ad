// SPDX-License-Identifier: BSD-2-Clause
#include "manifest/interfaces.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <net/if.h>
#include <linux/pkt_sched.h>

#include "manifest/netlink.h"
#include "manifest/offloads.h"

/* Longer options are cut off. */
#define OPTIONS_BYTES 1024

/* The devices that are found, and a socket of their namespace. */
struct listing {
	json_t *devices;
	int fd;
};

static int add(json_t *facts, const char *name, json_t *fact)
{
	return json_object_set_new(facts, name, fact) ? -ENOMEM : 0;
}

/* Adds a number of the kernel's, if the message has it. */
static int add_number(json_t *facts, const char *name, const struct nlmsghdr *message,
		      unsigned short type)
{
	const struct rtattr *attribute =
		netlink__attribute(message, sizeof(struct ifinfomsg), type);
	__u32 number;

	if (!attribute || RTA_PAYLOAD(attribute) < sizeof(number))
		return 0;
	memcpy(&number, RTA_DATA(attribute), sizeof(number));
	return add(facts, name, json_integer(number));
}

/* A device is "up" if it is set up; whether a cable is in is its own. */
static int add_device(void *context, const struct nlmsghdr *message)
{
	const struct listing *listing = context;
	const struct ifinfomsg *link = NLMSG_DATA(message);
	const char *name = netlink__text(netlink__attribute(message, sizeof(*link), IFLA_IFNAME));
	json_t *facts = json_object();
	int err = add(listing->devices, name, facts);

	if (!err)
		err = add(facts, "up", json_boolean(link->ifi_flags & IFF_UP));
	if (!err)
		err = add_number(facts, "mtu", message, IFLA_MTU);
	if (!err)
		err = add_number(facts, "txqueuelen", message, IFLA_TXQLEN);
	if (!err)
		err = add_number(facts, "gso_max_size", message, IFLA_GSO_MAX_SIZE);
	if (!err)
		err = add(facts, "qdiscs", json_array());
	return err ? err : offloads__add(facts, listing->fd, name);
}

/* The kernel numbers handles from here on that nobody has chosen. */
#define AUTOMATIC 0x8000

/* Where the discipline hangs: "root", "ingress" or the class that it is in, "1:10". */
static json_t *parent_of(const struct tcmsg *qdisc)
{
	unsigned int major = qdisc->tcm_parent >> 16, minor = qdisc->tcm_parent & 0xffff;

	if (qdisc->tcm_parent == TC_H_ROOT)
		return json_string("root");
	if (qdisc->tcm_parent == TC_H_INGRESS)
		return json_string("ingress");
	return major < AUTOMATIC ? json_sprintf("%x:%x", major, minor)
				 : json_sprintf("auto:%x", minor);
}

/* The kernel's own form of the options, in hexadecimal: two that differ can be told apart. */
static json_t *options_of(const struct nlmsghdr *message)
{
	const struct rtattr *options =
		netlink__attribute(message, sizeof(struct tcmsg), TCA_OPTIONS);
	const unsigned char *bytes = options ? RTA_DATA(options) : NULL;
	char text[2 * OPTIONS_BYTES + 1] = "";

	for (size_t i = 0; options && i < RTA_PAYLOAD(options) && i < OPTIONS_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return json_string(text);
}

static int add_qdisc(void *context, const struct nlmsghdr *message)
{
	const struct listing *listing = context;
	const struct tcmsg *qdisc = NLMSG_DATA(message);
	const char *kind = netlink__text(netlink__attribute(message, sizeof(*qdisc), TCA_KIND));
	char device[IF_NAMESIZE];
	json_t *qdiscs, *facts;
	int err;

	if (!if_indextoname((unsigned int)qdisc->tcm_ifindex, device))
		return 0;
	qdiscs = json_object_get(json_object_get(listing->devices, device), "qdiscs");
	if (!qdiscs)
		return 0;
	facts = json_object();
	if (json_array_append_new(qdiscs, facts))
		return -ENOMEM;
	err = add(facts, "kind", json_string(kind));
	if (!err)
		err = add(facts, "parent", parent_of(qdisc));
	return err ? err : add(facts, "options", options_of(message));
}

int interfaces__add(json_t *devices)
{
	struct listing listing = {devices, socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
	int err;

	if (listing.fd < 0)
		return -errno;
	err = netlink__list(RTM_GETLINK, sizeof(struct ifinfomsg), add_device, &listing);
	if (!err)
		err = netlink__list(RTM_GETQDISC, sizeof(struct tcmsg), add_qdisc, &listing);
	close(listing.fd);
	return err;
}
