// SPDX-License-Identifier: GPL-2.0
/*
 * The time between two ticks: N or N*HZ (seconds), HZ, HZ/D, Nj (jiffies), Ns, Nms, Nus.
 */

#include <linux/ctype.h>
#include <linux/gcd.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "classic.h"

#define SHORTEST_PER_SECOND 20000
#define LONGEST_SECONDS (24 * 60 * 60)

struct fraction {
	unsigned long numerator;
	unsigned long denominator;	/* of a second */
};

/* A shorter form, if it is exact. */
static void shorten(char *best, const struct fraction *time, unsigned long per_second,
		    const char *unit)
{
	unsigned long scaled = time->numerator * per_second;
	char text[24];

	if (scaled % time->denominator)
		return;
	snprintf(text, sizeof(text), "%lu%s", scaled / time->denominator, unit);
	if (!*best || strlen(text) < strlen(best))
		strscpy(best, text, sizeof_field(struct interval, text));
}

/* The shortest exact form; in jiffies only what was given in jiffies. */
static void name(struct interval *interval, const struct fraction *time, bool in_jiffies)
{
	char *best = interval->text;

	*best = '\0';
	shorten(best, time, 1, "");
	if (*best)
		return;
	if (time->numerator == 1)
		snprintf(best, sizeof(interval->text), "HZ/%lu", time->denominator);
	shorten(best, time, 1000, "ms");
	shorten(best, time, 1000000, "us");
	if (in_jiffies)
		shorten(best, time, HZ, "j");
}

static int finish(struct interval *interval, u64 numerator, u64 denominator, bool in_jiffies,
		  const char **why)
{
	struct fraction time;
	unsigned long divisor;

	/* Both in ranges in which nothing overflows. */
	if (denominator > U32_MAX || numerator * SHORTEST_PER_SECOND < denominator)
		return reject(-ERANGE, "shorter than 50us", why);
	if (numerator > denominator * LONGEST_SECONDS)
		return reject(-ERANGE, "longer than 24h", why);
	divisor = gcd(numerator, denominator);
	time.numerator = numerator / divisor;
	time.denominator = denominator / divisor;
	interval->ns = time.numerator / time.denominator * NSEC_PER_SEC +
		       time.numerator % time.denominator * NSEC_PER_SEC / time.denominator;
	name(interval, &time, in_jiffies);
	return 0;
}

static int unit_of(const char *text, unsigned long *per_second)
{
	static const struct {
		const char *name;
		unsigned long per_second;
	} units[] = {
		{ "", 1 }, { "*HZ", 1 }, { "s", 1 }, { "ms", 1000 }, { "us", 1000000 }, { "j", HZ },
	};

	for (int i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(text, units[i].name))
			continue;
		*per_second = units[i].per_second;
		return 0;
	}
	return -EINVAL;
}

int parse_interval(const char *text, struct interval *interval, const char **why)
{
	char digits[24];
	unsigned long per_second;
	size_t len = 0;
	u64 number;
	int error;

	if (!strcmp(text, "HZ"))
		return finish(interval, 1, 1, false, why);
	if (!strncmp(text, "HZ/", 3)) {
		error = parse_number(text + 3, &number, why);
		if (error)
			return error;
		if (!number)
			return reject(-ERANGE, "division by zero", why);
		return finish(interval, 1, number, false, why);
	}
	while (isdigit(text[len]))
		len++;
	if (unit_of(text + len, &per_second))
		return reject(-EINVAL, "expected N, N*HZ, HZ, HZ/D, Nj, Ns, Nms or Nus", why);
	while (len && *text == '0' && len > 1)
		text++, len--;
	strscpy(digits, text, min(len + 1, sizeof(digits)));
	error = parse_number(digits, &number, why);
	if (error)
		return error;
	/* More than any unit's 24 hours. */
	number = min(number, (u64)1000000 * LONGEST_SECONDS + 1);
	return finish(interval, number, per_second, text[len] == 'j', why);
}
