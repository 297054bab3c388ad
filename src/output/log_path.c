// SPDX-License-Identifier: BSD-2-Clause
/*
 * open(2) would follow every link, so each directory of the path is opened relative to the previous
 * one and without following links. A link on the way is opened itself, checked and then followed:
 * nobody can replace it between check and use. Links that only root or this user can have made,
 * such as /var/run, are allowed, which openat2(2) cannot do.
 */
#include "output/log_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/report.h"

#define LINKS_MAX 40 /* as many links as the kernel follows */

struct path_walk {
	int fd;		    /* descriptor of the directory reached so far */
	unsigned int links; /* symbolic links followed so far */
	bool foreign_link;  /* the walk ended at a link that another user could change */
	char part[NAME_MAX + 1];
	char rest[PATH_MAX]; /* remaining path, ends in '/' or is empty */
};

static int move_to(struct path_walk *walk, int fd)
{
	if (fd < 0)
		return -errno;
	if (walk->fd >= 0)
		close(walk->fd);
	walk->fd = fd;
	return 0;
}

static int enter(struct path_walk *walk, const char *directory)
{
	int at = walk->fd >= 0 ? walk->fd : AT_FDCWD;

	return move_to(walk, openat(at, directory, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

static bool is_ours(const struct stat *status)
{
	return status->st_uid == 0 || status->st_uid == geteuid();
}

/* Whether no user but root and this one can have created, moved or replaced the link. */
static bool is_trusted(int directory_fd, int link_fd)
{
	struct stat directory, link;

	if (fstat(directory_fd, &directory) < 0 || fstat(link_fd, &link) < 0)
		return false;
	return is_ours(&directory) && is_ours(&link) &&
	       (!(directory.st_mode & S_IWOTH) || directory.st_mode & S_ISVTX);
}

/*
 * Follows a link: its target is prepended to the remaining path. -ELOOP if another user could
 * change the link, or if there were too many.
 */
static int follow_link(struct path_walk *walk, int link_fd)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t bytes = readlinkat(link_fd, "", target, sizeof(target) - 1);

	if (bytes < 0)
		return errno == ENOENT || errno == EINVAL ? -ENOTDIR : -errno;
	target[bytes] = '\0';
	walk->foreign_link = !is_trusted(walk->fd, link_fd);
	if (walk->foreign_link || walk->links++ == LINKS_MAX)
		return -ELOOP;
	memcpy(rest, walk->rest, sizeof(rest));
	if (snprintf(walk->rest, sizeof(walk->rest), "%s/%s", target, rest) >=
	    (int)sizeof(walk->rest))
		return -ENAMETOOLONG;
	return target[0] == '/' ? enter(walk, "/") : 0;
}

static int enter_part(struct path_walk *walk)
{
	int link_fd, err = enter(walk, walk->part);

	if (err != -ENOTDIR && err != -ELOOP)
		return err;
	link_fd = openat(walk->fd, walk->part, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (link_fd < 0)
		return -errno;
	err = follow_link(walk, link_fd);
	close(link_fd);
	return err;
}

/* Takes the next component of the path into `part`. 1, 0 at the end, or a negative errno. */
static int next_part(struct path_walk *walk)
{
	size_t slashes = strspn(walk->rest, "/");
	size_t bytes = strcspn(walk->rest + slashes, "/");

	if (bytes > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(walk->part, walk->rest + slashes, bytes);
	walk->part[bytes] = '\0';
	memmove(walk->rest, walk->rest + slashes + bytes, strlen(walk->rest + slashes + bytes) + 1);
	return bytes > 0;
}

static int walk_to(struct path_walk *walk, const char *path, size_t bytes)
{
	int more, err;

	if (bytes >= sizeof(walk->rest))
		return -ENAMETOOLONG;
	memcpy(walk->rest, path, bytes);
	walk->rest[bytes] = '\0';
	err = enter(walk, path[0] == '/' ? "/" : ".");
	while (!err && (more = next_part(walk)))
		err = more < 0 ? more : enter_part(walk);
	return err;
}

static int explain(const struct log_path *path, const struct path_walk *walk, int err)
{
	if (!walk->foreign_link)
		return report_error(err, "open %s for %s", path->path, path->use);
	report_message("cannot open %s for %s: %s on the way to it is a symbolic link that another "
		       "user can change; name what it points to",
		       path->path, path->use, walk->part);
	return err;
}

int log_path__find(struct log_path *found, const char *path, const char *use)
{
	const char *slash = strrchr(path, '/');
	struct path_walk walk = {.fd = -1};
	struct stat directory;
	int err;

	*found = (struct log_path){
		.path = path, .use = use, .name = slash ? slash + 1 : path, .directory_fd = -1};
	err = walk_to(&walk, path, (size_t)(found->name - path));
	if (!err && fstat(walk.fd, &directory) < 0)
		err = -errno;
	if (err) {
		if (walk.fd >= 0)
			close(walk.fd);
		return explain(found, &walk, err);
	}
	found->directory_fd = walk.fd;
	found->owner = directory.st_uid;
	found->group = directory.st_gid;
	return 0;
}

void log_path__close(struct log_path *path)
{
	if (path->path && path->directory_fd >= 0)
		close(path->directory_fd);
	*path = (struct log_path){.directory_fd = -1};
}

int log_path__stat(const struct log_path *path, struct stat *status)
{
	return fstatat(path->directory_fd, path->name, status, AT_SYMLINK_NOFOLLOW) < 0 ? -errno
											: 0;
}

void log_path__give_to_owner(const struct log_path *path, int fd)
{
	struct stat status;

	if (geteuid() || !path->owner || fstat(fd, &status) < 0)
		return;
	if (!S_ISREG(status.st_mode) || status.st_uid)
		return;
	if (fchown(fd, path->owner, path->group) < 0)
		report_notice("%s stays root's: it cannot be given to user %u, whose directory it "
			      "is in: %s",
			      path->path, path->owner, strerror(errno));
}

bool log_path__is_at(const struct log_path *path, int fd)
{
	struct stat ours, named;

	return fstat(fd, &ours) == 0 && log_path__stat(path, &named) == 0 &&
	       ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}
