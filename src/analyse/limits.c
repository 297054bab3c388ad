// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/limits.h"

const struct limit_text send_limits[SEND_LIMITS] = {
#define SEND_LIMIT(name, text, holds, help) [SEND_##name] = {#name, text, help, holds},
#include "analyse/limits.def"
};

const struct limit_text receive_limits[RECEIVE_LIMITS] = {
#define RECEIVE_LIMIT(name, text, holds, help) [RECEIVE_##name] = {#name, text, help, holds},
#include "analyse/limits.def"
};
