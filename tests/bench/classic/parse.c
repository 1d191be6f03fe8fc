// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers, lists and ids, as parameters have them.
 */

#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/signal.h>
#include <linux/string.h>

#include "classic.h"

int reject(int error, const char *reason, const char **why)
{
	*why = reason;
	return error;
}

/* Digits and nothing else. What does not fit becomes the largest number. */
int parse_number(const char *text, u64 *number, const char **why)
{
	int error;

	if (!*text)
		return reject(-EINVAL, "a number is missing", why);
	if (!isdigit(*text))
		return reject(-EINVAL, "not a decimal number", why);
	error = kstrtou64(text, 10, number);
	if (error == -ERANGE)
		*number = U64_MAX;
	else if (error)
		return reject(-EINVAL, "not a decimal number", why);
	return 0;
}

int parse_at_most(char *text, u32 most, u32 *number, const char *too_large, const char **why)
{
	u64 value;
	int error;

	if (!*text)
		return reject(-EINVAL, "empty", why);
	error = parse_number(text, &value, why);
	if (error)
		return error;
	if (value > most)
		return reject(-ERANGE, too_large, why);
	*number = value;
	return 0;
}

static int parse_range(char *text, struct span *range, const char **why)
{
	char *first = strsep(&text, "-");
	u64 number;
	int error;

	error = parse_number(first, &number, why);
	if (error)
		return error;
	range->first = min_t(u64, number, U32_MAX);
	range->last = range->first;
	if (!text)
		return 0;
	error = parse_number(text, &number, why);
	if (error)
		return error;
	range->last = min_t(u64, number, U32_MAX);
	if (range->first > range->last)
		return reject(-EINVAL, "range runs backwards", why);
	return 0;
}

int parse_ranges(char *text, struct span *ranges, unsigned int *count, const char **why)
{
	char *item;

	*count = 0;
	if (!*text)
		return reject(-EINVAL, "empty", why);
	while ((item = strsep(&text, ","))) {
		int error;

		if (!*item)
			return reject(-EINVAL, "empty list item", why);
		if (*count == MAX_ITEMS)
			return reject(-EINVAL, "too many list items", why);
		error = parse_range(item, &ranges[(*count)++], why);
		if (error)
			return error;
	}
	return 0;
}

int parse_ids(char *text, struct ids *ids, const char **why)
{
	ids->all = !strcmp(text, "all");
	if (ids->all)
		return 0;
	return parse_ranges(text, ids->ranges, &ids->count, why);
}

bool ids_have(const struct ids *ids, u32 id)
{
	if (ids->all)
		return true;
	for (unsigned int i = 0; i < ids->count; i++)
		if (ids->ranges[i].first <= id && id <= ids->ranges[i].last)
			return true;
	return false;
}

static int parse_signal_name(const char *text, int *signal, const char **why)
{
	static const struct {
		const char *name;
		int number;
	} signals[] = {
		{ "HUP", SIGHUP }, { "INT", SIGINT }, { "KILL", SIGKILL },
		{ "USR1", SIGUSR1 }, { "USR2", SIGUSR2 }, { "TERM", SIGTERM },
	};
	u64 number = 0;

	if (isdigit(*text)) {
		int error = parse_number(text, &number, why);

		if (error)
			return error;
	} else if (!strncasecmp(text, "SIG", 3)) {
		text += 3;
	}
	for (int i = 0; i < ARRAY_SIZE(signals); i++) {
		if (number ? number == signals[i].number : !strcasecmp(text, signals[i].name)) {
			*signal = signals[i].number;
			return 0;
		}
	}
	return reject(-EINVAL, "unknown signal", why);
}

/* SIGNAL [ids] */
int parse_signal(char *text, int *signal, struct ids *ids, const char **why)
{
	char *words[2] = {};
	int count = 0, error;
	char *word;

	while ((word = strsep(&text, " \t\n\v\f\r"))) {
		if (!*word)
			continue;
		if (count == ARRAY_SIZE(words))
			return reject(-EINVAL, "more than a signal and its ids", why);
		words[count++] = word;
	}
	if (!count)
		return reject(-EINVAL, "empty", why);
	error = parse_signal_name(words[0], signal, why);
	if (error)
		return error;
	ids->all = true;
	return words[1] ? parse_ids(words[1], ids, why) : 0;
}
