/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmocka and the headers that it needs to be included before it. Every header of this directory
 * that asserts includes it; a test that includes one of them needs nothing else to be a test.
 */
#ifndef SIFTR_TESTS_TEST_H
#define SIFTR_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#endif
