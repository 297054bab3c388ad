/* SPDX-License-Identifier: BSD-2-Clause */
/* One function for each command; returns the exit code of the program. */
#ifndef SIFTR_COMMANDS_H
#define SIFTR_COMMANDS_H

#include "options/options.h"

int command_trace(const struct options *options);
int command_fields(const struct options *options);
int command_doctor(void);
int command_check(const struct options *options);
int command_convert(const struct options *options);
int command_flows(const struct options *options);
int command_why(const struct options *options);
int command_diff(const struct options *options);
int command_plot(const struct options *options);
int command_report(const struct options *options);
int command_ctl(const struct options *options);
int command_repair(const struct options *options);
int command_top(const struct options *options);
int command_test_config(const struct options *options);

#endif
