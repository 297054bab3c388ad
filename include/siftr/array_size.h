/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SIFTR_ARRAY_SIZE_H
#define SIFTR_ARRAY_SIZE_H

/* Number of elements of an array; wrong for a pointer. */
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
