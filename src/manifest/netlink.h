/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists what the kernel knows of network devices, by rtnetlink(7). */
#ifndef SIFTR_MANIFEST_NETLINK_H
#define SIFTR_MANIFEST_NETLINK_H

#include <stddef.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/* Takes one object of the list. 0 or a negative errno, which ends the list. */
typedef int netlink_take(void *context, const struct nlmsghdr *message);

/*
 * Lists all objects of a kind, RTM_GETLINK or RTM_GETQDISC, of the network namespace of this
 * thread; `header_bytes` of zeros follow the request. 0 or a negative errno.
 */
int netlink__list(int kind, size_t header_bytes, netlink_take *take, void *context);

/*
 * The attribute `type` of a message whose own header has `header_bytes`; NULL if there is none.
 */
const struct rtattr *netlink__attribute(const struct nlmsghdr *message, size_t header_bytes,
					unsigned short type);

/* The text of an attribute, "" without one. */
const char *netlink__text(const struct rtattr *attribute);

#endif
