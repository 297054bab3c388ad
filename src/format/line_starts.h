/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys with which the header and the footer of a log begin, in every version of SIFTR. */
#ifndef SIFTR_FORMAT_LINE_STARTS_H
#define SIFTR_FORMAT_LINE_STARTS_H

#define LINE_STARTS_HEADER "enable_time_secs"
#define LINE_STARTS_FOOTER "disable_time_secs"

#endif
