/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of --manifest, which a report shows. */
#ifndef SIFTR_COMMANDS_REPORT_MANIFEST_H
#define SIFTR_COMMANDS_REPORT_MANIFEST_H

/* Sets *text to the content of the file, to be freed. 0 or a negative errno, reported. */
int report_manifest__read(const char *file, char **text);

#endif
