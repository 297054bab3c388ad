// SPDX-License-Identifier: BSD-2-Clause
/*
 * Groups are looked up in /etc/group and not by getgrnam(), which would load libraries into a
 * program that traces as root, and which a static program does not have.
 */
#include "control/listener.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "output/secure_open.h"
#include "report/report.h"

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

#define BACKLOG	   16
#define GROUPS_MAX 1024
#define LINE_BYTES 65536 /* of /etc/group */

const struct listener LISTENER_NONE = {.fd = -1};

static int find_group(const char *name, gid_t *gid)
{
	FILE *file = fopen("/etc/group", "re");
	struct group entry = {}, *group = NULL;
	char *text = malloc(LINE_BYTES);

	while (file && text && !fgetgrent_r(file, &entry, text, LINE_BYTES, &group))
		if (!strcmp(group->gr_name, name))
			break;
	if (group)
		*gid = group->gr_gid;
	if (file)
		fclose(file);
	free(text);
	return group ? 0 : -ENOENT;
}

static int parse_group(const char *text, gid_t *gid)
{
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)*text))
		return find_group(text, gid);
	errno = 0;
	value = strtoull(text, &end, 10);
	*gid = (gid_t)value;
	return errno || *end || value != *gid || *gid == (gid_t)-1 ? -EINVAL : 0;
}

static int set_group(struct listener *listener, const char *group)
{
	int err = group ? parse_group(group, &listener->group) : 0;

	listener->has_group = group != NULL;
	if (err)
		report_message("--control-group: there is no group '%s'", group);
	return err;
}

static int reject(const struct listener *listener, int err, const char *why)
{
	report_message("cannot make the control socket %s: %s", listener->path.path, why);
	return err;
}

/* Removes the socket of a run that was killed. */
static int remove_unused(const struct listener *listener, const struct sockaddr_un *address)
{
	const struct log_path *path = &listener->path;
	struct stat status;
	int fd, err = log_path__stat(path, &status);

	if (err)
		return err == -ENOENT ? 0 : err;
	if (!S_ISSOCK(status.st_mode))
		return reject(listener, -EEXIST, "a file of that name exists; choose another name");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	err = connect(fd, (const struct sockaddr *)address, sizeof(*address)) ? -errno : 0;
	close(fd);
	if (err != -ECONNREFUSED)
		return reject(listener, -EADDRINUSE,
			      "another process listens there; choose another name");
	return unlinkat(path->directory_fd, path->name, 0) ? -errno : 0;
}

/* The mode is given by the mask, so that the socket never has a wider one. */
static int bind_name(const struct listener *listener, const struct sockaddr_un *address)
{
	mode_t before = umask(0177);
	int err =
		bind(listener->fd, (const struct sockaddr *)address, sizeof(*address)) ? -errno : 0;

	umask(before);
	return err;
}

/* Changes the mode of what an O_PATH descriptor is of, which fchmod(2) does not. */
static int change_mode(int fd, mode_t mode)
{
	char link[64];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return chmod(link, mode) ? -errno : 0;
}

/*
 * Lets the owner and the group in. The owner of the directory may have exchanged the name since it
 * was bound: for a link, so that root would open another file, or for another name of that file.
 */
static int change_owner(const struct listener *listener, int fd, const struct stat *status)
{
	uid_t user = geteuid() == listener->owner ? (uid_t)-1 : listener->owner;
	gid_t group = listener->has_group ? listener->group : (gid_t)-1;

	if (user == (uid_t)-1 && !listener->has_group)
		return 0;
	if (!S_ISSOCK(status->st_mode) || status->st_uid != geteuid() || status->st_nlink != 1)
		return reject(listener, -EEXIST,
			      "another file was put in its place; choose another directory");
	if (fchownat(fd, "", user, group, AT_EMPTY_PATH))
		return -errno;
	return listener->has_group ? change_mode(fd, 0660) : 0;
}

/* Gives the socket away once it has its name. */
static int give_away(struct listener *listener)
{
	const struct log_path *path = &listener->path;
	int fd = openat(path->directory_fd, path->name, O_PATH | O_NOFOLLOW | O_CLOEXEC), err;
	struct stat status;

	if (fd < 0)
		return -errno;
	err = fstat(fd, &status) ? -errno : 0;
	if (!err) {
		listener->inode = status.st_ino;
		err = change_owner(listener, fd, &status);
	}
	close(fd);
	return err;
}

static int make_socket(struct listener *listener)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t bytes = strlen(listener->path.path);
	int err;

	if (bytes >= sizeof(address.sun_path))
		return reject(listener, -ENAMETOOLONG, "the path is longer than 107 bytes");
	memcpy(address.sun_path, listener->path.path, bytes);
	err = remove_unused(listener, &address);
	if (err)
		return err;
	listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->fd < 0)
		return -errno;
	err = bind_name(listener, &address);
	if (!err)
		err = give_away(listener);
	if (!err && listen(listener->fd, BACKLOG))
		err = -errno;
	return err;
}

int listener__open(struct listener *listener, const char *path, const char *group, uid_t owner)
{
	int err;

	*listener = LISTENER_NONE;
	listener->owner = owner;
	err = set_group(listener, group);
	if (!err)
		err = log_path__find(&listener->path, path, "the control socket");
	if (!err)
		err = secure_open__check_directory(&listener->path);
	if (err)
		return err;
	err = make_socket(listener);
	if (err && err != -EEXIST && err != -EADDRINUSE && err != -ENAMETOOLONG)
		report_error(err, "make the control socket %s", path);
	return err;
}

static bool is_member(int fd, gid_t group)
{
	gid_t groups[GROUPS_MAX];
	socklen_t bytes = sizeof(groups);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &bytes))
		return false;
	for (size_t i = 0; i < bytes / sizeof(*groups); i++)
		if (groups[i] == group)
			return true;
	return false;
}

/* The mode of the socket's name keeps others out; this also holds if somebody has changed it. */
static bool allows(const struct listener *listener, int fd)
{
	struct ucred peer;
	socklen_t bytes = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &bytes))
		return false;
	if (peer.uid == 0 || peer.uid == listener->owner)
		return true;
	return listener->has_group &&
	       (peer.gid == listener->group || is_member(fd, listener->group));
}

int listener__accept(const struct listener *listener, bool *is_allowed)
{
	struct sockaddr_un peer;
	socklen_t bytes = sizeof(peer);
	int fd = accept4(listener->fd, (struct sockaddr *)&peer, &bytes,
			 SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return -errno;
	*is_allowed = allows(listener, fd);
	return fd;
}

void listener__close(struct listener *listener)
{
	struct stat status;

	if (listener->fd >= 0)
		close(listener->fd);
	if (listener->inode && !log_path__stat(&listener->path, &status) &&
	    status.st_ino == listener->inode && S_ISSOCK(status.st_mode))
		unlinkat(listener->path.directory_fd, listener->path.name, 0);
	log_path__close(&listener->path);
	*listener = LISTENER_NONE;
}
