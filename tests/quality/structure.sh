#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# How src/ is divided into files and rooms.
set -eu
exec tests/quality/structure.py
