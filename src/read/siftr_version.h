/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SIFTR_READ_SIFTR_VERSION_H
#define SIFTR_READ_SIFTR_VERSION_H

/* Versions of SIFTR whose logs are read; they differ in pairs and columns. */
enum siftr_version {
	SIFTR_1_3, /* 1.3.0 */
	SIFTR_1_2, /* 1.2.4 */
	SIFTR_VERSIONS
};

#endif
