// SPDX-License-Identifier: BSD-2-Clause
/* The table of formats. */
#include "format/format.h"

const struct format *const formats[FORMATS] = {
#define FORMAT(id, name, help) [FORMAT_##id] = &format_##id,
#include <siftr/formats.def>
#undef FORMAT
};
