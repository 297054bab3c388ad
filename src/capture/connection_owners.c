// SPDX-License-Identifier: BSD-2-Clause
/*
 * /proc has the sockets of a process by their inode numbers, and the addresses of these in a table
 * of each network namespace. Both are read once and joined; what is found is sorted by addresses.
 */
#include "capture/connection_owners.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "capture/process_sockets.h"
#include "capture/socket_table.h"

#define PID_BYTES 24

/* An array that grows. */
struct array {
	void *at;
	size_t count, room;
};

struct owned_socket {
	__u64 inode;
	struct siftr_owner owner;
};

struct owned_connection {
	struct siftr_flow_key key;
	struct siftr_owner owner;
	bool is_found; /* then key.isn is that of the connection */
};

struct net_namespace {
	__u32 inode;
	char pid[PID_BYTES]; /* of a process in it */
};

struct search {
	struct array sockets, namespaces, connections;
	__u32 netns; /* whose connections are read */
};

struct connection_owners {
	struct owned_connection *of;
	size_t count;
};

/* Returns a new element at the end, or NULL. */
static void *append(struct array *array, size_t bytes)
{
	size_t room = array->room ? 2 * array->room : 64;
	void *at;

	if (array->count == array->room) {
		at = realloc(array->at, room * bytes);
		if (!at)
			return NULL;
		array->at = at;
		array->room = room;
	}
	return (char *)array->at + array->count++ * bytes;
}

/* Notes the namespace of a process, of which there are few. */
static bool note_namespace(void *context, const struct siftr_owner *process, const char *pid)
{
	struct search *search = context;
	struct net_namespace *known = search->namespaces.at, *namespace;
	struct stat stat_of;
	char path[64];

	(void)process;
	snprintf(path, sizeof(path), "/proc/%.20s/ns/net", pid);
	if (stat(path, &stat_of))
		return true;
	for (size_t i = 0; i < search->namespaces.count; i++)
		if (known[i].inode == (__u32)stat_of.st_ino)
			return true;
	namespace = append(&search->namespaces, sizeof(*namespace));
	if (namespace) {
		namespace->inode = (__u32)stat_of.st_ino;
		snprintf(namespace->pid, sizeof(namespace->pid), "%.20s", pid);
	}
	return true;
}

static int add_socket(void *context, const struct siftr_owner *process, __u64 inode)
{
	struct search *search = context;
	struct owned_socket *socket = append(&search->sockets, sizeof(*socket));

	if (!socket)
		return -1;
	*socket = (struct owned_socket){inode, *process};
	return 0;
}

static int compare_inodes(const void *one, const void *other)
{
	const struct owned_socket *a = one, *b = other;

	return (a->inode > b->inode) - (a->inode < b->inode);
}

/* By addresses and namespace: `isn` is not known before a packet comes. */
static int compare_keys(const void *one, const void *other)
{
	struct siftr_flow_key a = *(const struct siftr_flow_key *)one,
			      b = *(const struct siftr_flow_key *)other;

	a.isn = b.isn = 0;
	return memcmp(&a, &b, sizeof(a));
}

static int add_connection(void *context, const struct siftr_flow_key *key, __u64 inode)
{
	struct search *search = context;
	const struct owned_socket wanted = {.inode = inode},
				  *socket = bsearch(&wanted, search->sockets.at,
						    search->sockets.count, sizeof(wanted),
						    compare_inodes);
	struct owned_connection *connection;

	if (!socket)
		return 0;
	connection = append(&search->connections, sizeof(*connection));
	if (!connection)
		return -1;
	*connection = (struct owned_connection){.key = *key, .owner = socket->owner};
	connection->key.netns = search->netns;
	return 0;
}

static void join(struct search *search)
{
	const struct net_namespace *namespaces = search->namespaces.at;

	if (search->sockets.count)
		qsort(search->sockets.at, search->sockets.count, sizeof(struct owned_socket),
		      compare_inodes);
	for (size_t i = 0; i < search->namespaces.count; i++) {
		search->netns = namespaces[i].inode;
		socket_table__read(namespaces[i].pid, add_connection, search);
	}
	if (search->connections.count)
		qsort(search->connections.at, search->connections.count,
		      sizeof(struct owned_connection), compare_keys);
}

struct connection_owners *connection_owners__find(void)
{
	struct search search = {};
	const struct process_visitor visitor = {&search, note_namespace, add_socket};
	struct connection_owners *owners = NULL;

	process_sockets__visit(&visitor);
	join(&search);
	if (search.connections.count)
		owners = malloc(sizeof(*owners));
	if (owners)
		*owners =
			(struct connection_owners){search.connections.at, search.connections.count};
	else
		free(search.connections.at);
	free(search.sockets.at);
	free(search.namespaces.at);
	return owners;
}

void connection_owners__free(struct connection_owners *owners)
{
	if (!owners)
		return;
	free(owners->of);
	free(owners);
}

const struct siftr_owner *connection_owners__look_up(struct connection_owners *owners,
						     const struct siftr_flow_key *key)
{
	struct owned_connection *found;

	if (!owners)
		return NULL;
	found = bsearch(key, owners->of, owners->count, sizeof(*found), compare_keys);
	if (!found)
		return NULL;
	if (!found->is_found) {
		found->is_found = true;
		found->key.isn = key->isn;
	}
	return found->key.isn == key->isn ? &found->owner : NULL;
}
