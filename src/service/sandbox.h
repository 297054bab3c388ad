/* SPDX-License-Identifier: BSD-2-Clause */
/* Which system calls are left once tracing is on. */
#ifndef SIFTR_SERVICE_SANDBOX_H
#define SIFTR_SERVICE_SANDBOX_H

/*
 * Installs the filter, for good. From then on files can be opened, written, renamed
 * and removed; nothing can be executed, traced, loaded, mounted or connected to: such
 * a call ends the process by SIGSYS, and the kernel logs it. Any other call that the
 * program has no use for fails with ENOSYS. 0 or a negative errno, reported.
 */
int sandbox__enter(void);

#endif
