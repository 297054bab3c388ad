/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of `siftr-bpf doctor`: a status, a thing and what was found about it. */
#ifndef SIFTR_COMMANDS_DOCTOR_FINDING_H
#define SIFTR_COMMANDS_DOCTOR_FINDING_H

enum finding_status {
	FINDING_OK,
	FINDING_FAIL, /* tracing cannot work; the text says the way out */
	FINDING_NOTE, /* neither: for information */
};

__attribute__((format(printf, 3, 4))) void
doctor_finding__print(enum finding_status status, const char *what, const char *text, ...);

/* How many lines have had FINDING_FAIL so far. */
int doctor_finding__failures(void);

#endif
