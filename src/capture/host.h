/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What this host must offer to be traced, found out by trying, never by
 * comparing versions; and what to do where it does not.
 */
#ifndef SIFTR_CAPTURE_HOST_H
#define SIFTR_CAPTURE_HOST_H

/* 0, or a negative errno after saying what is missing and the way out. */
int host__check(void);

/* Explains a failed load of the BPF programs; returns `err`. */
int host__explain_load_failure(int err);

#endif
