// SPDX-License-Identifier: BSD-2-Clause
#include "report/human.h"

#include <string.h>
#include <siftr/array_size.h>
#include <siftr/time_units.h>

#define USEC_PER_MSEC 1000

/* Writes a number with at least so many digits. Returns the end. */
static char *write_digits(char *out, __u64 number, unsigned int least)
{
	char text[HUMAN_BYTES], *first = text + sizeof(text);
	size_t length;

	do
		*--first = (char)('0' + number % 10);
	while ((number /= 10) || text + sizeof(text) - first < least);
	length = (size_t)(text + sizeof(text) - first);
	memcpy(out, first, length);
	return out + length;
}

/* Writes a NUL at `end`. Returns `text`. */
static const char *finish(const char *text, char *end)
{
	*end = '\0';
	return text;
}

/*
 * Rounds as printf() does: to the nearest, and ties, which only a number that is one exactly can
 * be, to the even one.
 */
static __u64 round_exactly(double number, __u32 power)
{
	__extension__ typedef unsigned __int128 wide;
	/* In units of 2^-66: a double of 0.0005 or more, the least that matters, has none below. */
	const wide one = (wide)1 << 66;
	wide exact = (wide)(number * 0x1p66) * power, rest = exact % one;
	__u64 whole = (__u64)(exact / one);

	return whole + (rest > one / 2 || (rest == one / 2 && whole % 2));
}

/* A product below 2^32 is at most 2^-21 off, which matters only where a tie is as near. */
static __u64 round_number(double number, __u32 power)
{
	double product = number * power, rest;
	__u64 whole;

	if (product >= 0x1p32)
		return round_exactly(number, power);
	whole = (__u64)product;
	rest = product - (double)whole;
	if (rest > 0.5 - 0x1p-20 && rest < 0.5 + 0x1p-20)
		return round_exactly(number, power);
	return whole + (rest > 0.5);
}

char *human__rounded(char *out, double number, unsigned int decimals)
{
	static const __u32 powers[] = {1, 10, 100, 1000};
	__u64 whole = round_number(number, powers[decimals]);

	out = write_digits(out, whole / powers[decimals], 1);
	if (!decimals)
		return out;
	*out++ = '.';
	return write_digits(out, whole % powers[decimals], decimals);
}

char *human__write_time(char *out, __u64 us)
{
	if (us < USEC_PER_MSEC)
		return stpcpy(write_digits(out, us, 1), "us");
	if (us < USEC_PER_SEC)
		return stpcpy(human__rounded(out, (double)us / USEC_PER_MSEC, 1), "ms");
	return stpcpy(human__rounded(out, (double)us / USEC_PER_SEC, 3), "s");
}

const char *human__time(char text[HUMAN_BYTES], __u64 us)
{
	human__write_time(text, us);
	return text;
}

char *human__write_size(char *out, __u64 bytes)
{
	static const char units[][4] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	size_t unit = 0;
	double scaled = (double)bytes / 1024;

	if (bytes < 1024)
		return stpcpy(write_digits(out, bytes, 1), "B");
	for (; scaled >= 1023.95 && unit + 1 < ARRAY_SIZE(units); unit++)
		scaled /= 1024;
	return stpcpy(human__rounded(out, scaled, 1), units[unit]);
}

const char *human__size(char text[HUMAN_BYTES], __u64 bytes)
{
	human__write_size(text, bytes);
	return text;
}

const char *human__whole(char text[HUMAN_BYTES], __u64 number)
{
	return finish(text, write_digits(text, number, 1));
}

const char *human__moment(char text[HUMAN_BYTES], __u64 us)
{
	char *end = write_digits(text, us / USEC_PER_SEC, 1);

	*end++ = '.';
	return finish(text, write_digits(end, us % USEC_PER_SEC, 6));
}
