/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The filters by what only sockets have: their syntax, and the rules that they become. All return
 * 0; -EINVAL if the text is no such value; -ENOENT if this host has nothing of that name.
 */
#ifndef SIFTR_FILTER_FILTER_SOCKETS_H
#define SIFTR_FILTER_FILTER_SOCKETS_H

struct siftr_rule;

/* The number of a user, or a name in /etc/passwd. */
int filter_sockets__parse_uid(const char *text, struct siftr_rule *rule);

/* VALUE or VALUE/MASK, decimal or with 0x hexadecimal. */
int filter_sockets__parse_mark(const char *text, struct siftr_rule *rule);

/* A congestion control that the kernel has, or has a module of. */
int filter_sockets__parse_cc(const char *text, struct siftr_rule *rule);

/* An interface of any network namespace that a process is in or that has a name. */
int filter_sockets__parse_iface(const char *text, struct siftr_rule *rule);

#endif
