// SPDX-License-Identifier: GPL-2.0
/*
 * What workers are dealt in turn: intervals, primitives, CPUs, and a policy.
 */

#include <linux/cpu.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "classic.h"

const char *const how_names[HOWS] = {
	[SSLEEP] = "ssleep",
	[TIMEOUT] = "timeout",
	[IDLE] = "idle",
	[USLEEP] = "usleep",
	[FSLEEP] = "fsleep",
	[HRTIMER] = "hrtimer",
	[COMPLETION] = "completion",
	[EVENT] = "event",
	[WORK] = "work",
};

const char *const policy_names[POLICIES] = {
	[NORMAL] = "normal",
	[FIFO_LOW] = "fifo_low",
	[FIFO] = "fifo",
};

struct config config = {
	.intervals_count = 1,
	.intervals = { { .ns = NSEC_PER_SEC, .text = "1" } },
	.hows_count = 1,
	.hows = { SSLEEP },
};

static int deal_cpu(const struct config *config, u32 id)
{
	u64 all = 0, left;

	for (unsigned int i = 0; i < config->cpus_count; i++)
		all += config->cpus[i].last - config->cpus[i].first + 1;
	if (!all)
		return -1;
	left = id % all;
	for (unsigned int i = 0; i < config->cpus_count; i++) {
		u64 here = config->cpus[i].last - config->cpus[i].first + 1;

		if (left < here)
			return config->cpus[i].first + left;
		left -= here;
	}
	return -1;
}

void config_deal(const struct config *config, u32 id, struct settings *settings)
{
	settings->interval = config->intervals[id % config->intervals_count];
	settings->how = config->hows[id % config->hows_count];
	settings->policy = config->policy;
	settings->cpu = deal_cpu(config, id);
}

int parse_intervals(struct config *config, char *text, const char **why)
{
	char *item;

	config->intervals_count = 0;
	if (!*text)
		return reject(-EINVAL, "empty", why);
	while ((item = strsep(&text, ","))) {
		int error;

		if (!*item)
			return reject(-EINVAL, "empty list item", why);
		if (config->intervals_count == MAX_ITEMS)
			return reject(-EINVAL, "too many list items", why);
		error = parse_interval(item, &config->intervals[config->intervals_count++], why);
		if (error)
			return error;
	}
	return 0;
}

int parse_hows(struct config *config, char *text, const char **why)
{
	char *item;

	config->hows_count = 0;
	if (!*text)
		return reject(-EINVAL, "empty", why);
	while ((item = strsep(&text, ","))) {
		int how;

		if (!*item)
			return reject(-EINVAL, "empty list item", why);
		if (config->hows_count == MAX_ITEMS)
			return reject(-EINVAL, "too many list items", why);
		how = match_string(how_names, HOWS, item);
		if (how < 0)
			return reject(-EINVAL, "unknown primitive", why);
		config->hows[config->hows_count++] = how;
	}
	return 0;
}

int parse_cpus(struct config *config, char *text, const char **why)
{
	int error;

	config->cpus_count = 0;
	if (!*text)
		return 0;
	error = parse_ranges(text, config->cpus, &config->cpus_count, why);
	if (error)
		return error;
	for (unsigned int i = 0; i < config->cpus_count; i++) {
		const struct span *range = &config->cpus[i];

		for (u32 cpu = range->first; cpu <= range->last; cpu++)
			if (cpu >= nr_cpu_ids || !cpu_online(cpu))
				return reject(-EINVAL, "a CPU that is not online", why);
	}
	return 0;
}

int parse_policy(struct config *config, char *text, const char **why)
{
	int policy = match_string(policy_names, POLICIES, text);

	if (!*text)
		return reject(-EINVAL, "empty", why);
	if (policy < 0)
		return reject(-EINVAL, "neither normal, fifo_low nor fifo", why);
	config->policy = policy;
	return 0;
}

int show_intervals(const struct config *config, char *buffer)
{
	int len = 0;

	for (unsigned int i = 0; i < config->intervals_count; i++)
		len += sprintf(buffer + len, "%s%s", i ? "," : "", config->intervals[i].text);
	return len + sprintf(buffer + len, "\n");
}

int show_hows(const struct config *config, char *buffer)
{
	int len = 0;

	for (unsigned int i = 0; i < config->hows_count; i++)
		len += sprintf(buffer + len, "%s%s", i ? "," : "", how_names[config->hows[i]]);
	return len + sprintf(buffer + len, "\n");
}

int show_cpus(const struct config *config, char *buffer)
{
	int len = 0;

	for (unsigned int i = 0; i < config->cpus_count; i++) {
		const struct span *range = &config->cpus[i];

		len += sprintf(buffer + len, "%s%u", i ? "," : "", range->first);
		if (range->last > range->first)
			len += sprintf(buffer + len, "-%u", range->last);
	}
	return len + sprintf(buffer + len, "\n");
}
