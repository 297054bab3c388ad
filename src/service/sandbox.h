/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Restricts by seccomp which system calls the process can make while it traces; sandbox.c has the
 * list.
 */
#ifndef SIFTR_SERVICE_SANDBOX_H
#define SIFTR_SERVICE_SANDBOX_H

/*
 * Installs the filter, which cannot be removed. Allowed are the calls that writing a log takes,
 * such as to open, write, rename and remove files. Calls to execute, trace, load, mount or connect
 * kill the process by SIGSYS, and the kernel logs it; of `listener_fd`, unless it is -1, clients
 * may be accepted. All calls that are in neither list fail with ENOSYS. 0 or a negative errno,
 * reported.
 */
int sandbox__enter(int listener_fd);

/* To be called before: the process may set the modes of its terminal. */
void sandbox__keep_terminal(void);

/* To be called before: the process may attach BPF programs that it has loaded. */
void sandbox__keep_attaching(void);

#endif
