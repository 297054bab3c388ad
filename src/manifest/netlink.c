// SPDX-License-Identifier: BSD-2-Clause
#include "manifest/netlink.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel sends no more in one datagram. */
#define DATAGRAM_BYTES 32768

static int ask(int fd, int kind, size_t header_bytes)
{
	struct {
		struct nlmsghdr header;
		char object[64];
	} request = {
		.header = {.nlmsg_len = (__u32)NLMSG_LENGTH(header_bytes),
			   .nlmsg_type = (__u16)kind,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
	};

	if (header_bytes > sizeof(request.object))
		return -EINVAL;
	return send(fd, &request, request.header.nlmsg_len, 0) < 0 ? -errno : 0;
}

/* The error that a message brings; 0 if it brings none. */
static int error_of(const struct nlmsghdr *message)
{
	if (message->nlmsg_type != NLMSG_ERROR)
		return 0;
	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(struct nlmsgerr)))
		return -EBADMSG;
	return ((const struct nlmsgerr *)NLMSG_DATA(message))->error ?: -EBADMSG;
}

static int take_datagram(const char *datagram, size_t bytes, netlink_take *take, void *context,
			 bool *is_over)
{
	const struct nlmsghdr *message = (const void *)datagram;
	int err = 0;

	for (; !err && !*is_over && NLMSG_OK(message, bytes);
	     message = NLMSG_NEXT(message, bytes)) {
		*is_over = message->nlmsg_type == NLMSG_DONE;
		err = error_of(message);
		if (!err && !*is_over)
			err = take(context, message);
	}
	return err;
}

static int take_all(int fd, netlink_take *take, void *context)
{
	static char datagram[DATAGRAM_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
	bool is_over = false;
	int err = 0;

	while (!err && !is_over) {
		ssize_t got = recv(fd, datagram, sizeof(datagram), 0);

		if (got <= 0)
			return got < 0 ? -errno : -EBADMSG;
		err = take_datagram(datagram, (size_t)got, take, context, &is_over);
	}
	return err;
}

int netlink__list(int kind, size_t header_bytes, netlink_take *take, void *context)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), err;

	if (fd < 0)
		return -errno;
	err = ask(fd, kind, header_bytes);
	if (!err)
		err = take_all(fd, take, context);
	close(fd);
	return err;
}

const struct rtattr *netlink__attribute(const struct nlmsghdr *message, size_t header_bytes,
					unsigned short type)
{
	const struct rtattr *attribute =
		(const void *)((const char *)NLMSG_DATA(message) + NLMSG_ALIGN(header_bytes));
	size_t bytes = message->nlmsg_len < NLMSG_SPACE(header_bytes)
			       ? 0
			       : message->nlmsg_len - NLMSG_SPACE(header_bytes);

	for (; RTA_OK(attribute, bytes); attribute = RTA_NEXT(attribute, bytes))
		if ((attribute->rta_type & NLA_TYPE_MASK) == type)
			return attribute;
	return NULL;
}

const char *netlink__text(const struct rtattr *attribute)
{
	const char *text = attribute ? RTA_DATA(attribute) : NULL;

	return text && memchr(text, '\0', RTA_PAYLOAD(attribute)) ? text : "";
}
