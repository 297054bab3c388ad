/* SPDX-License-Identifier: BSD-2-Clause */
/* The client's end of a control socket. */
#ifndef SIFTR_CONTROL_CONNECTION_H
#define SIFTR_CONTROL_CONNECTION_H

/* Connects to the tracer that listens at `path`. A descriptor or a negative errno, reported. */
int connection__open(const char *path);

#endif
