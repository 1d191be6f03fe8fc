// SPDX-License-Identifier: GPL-2.0
/*
 * The parameters: settings, arguments, commands and what is only read.
 *
 * The kernel's lock of the module's parameters protects what is static here. A write gives it up while
 * it acts on the pool, which has a lock of its own.
 */

#include <linux/jiffies.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/string_helpers.h>

#include "classic.h"

struct arguments arguments = { .threads = 1, .autostart = true, .device_mode = 0600 };

static bool is_live;

#define KEPT 64
static struct {
	const char *parameter;	/* or NULL: none */
	char value[KEPT + 1];
	bool is_cut;
	const char *reason;
} last_error;

void params_live(void)
{
	kernel_param_lock(THIS_MODULE);
	is_live = true;
	kernel_param_unlock(THIS_MODULE);
}

void params_gone(void)
{
	kernel_param_lock(THIS_MODULE);
	is_live = false;
	kernel_param_unlock(THIS_MODULE);
}

/* What a parameter does with a value: when the module is loaded, or when it is there. */
struct action {
	int (*load)(char *text, const char **why);
	int (*live)(char *text, const char **why);
};

static void note(const struct kernel_param *kp, const char *value, int error, const char *reason)
{
	last_error.parameter = error ? kp->name : NULL;
	if (!error)
		return;
	value = skip_spaces(value);
	last_error.is_cut = strscpy(last_error.value, value, sizeof(last_error.value)) < 0;
	strim(last_error.value);
	last_error.reason = reason;
}

static int set(const char *value, const struct kernel_param *kp)
{
	const struct action *action = kp->arg;
	bool is_load = !kp->mod->mkobj.mp;
	const char *why = "can only be read";
	int error = -EINVAL;
	char *text;

	value = value ?: "1";
	text = kstrdup(value, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	if (is_load) {
		if (action && action->load)
			error = action->load(strim(text), &why);
		else if (action)
			why = "a command, only for a module that is loaded";
	} else if (!is_live) {
		error = reject(-ENODEV, "the module is not live", &why);
	} else if (action && action->live) {
		kernel_param_unlock(kp->mod);
		error = action->live(strim(text), &why);
		kernel_param_lock(kp->mod);
	}
	note(kp, value, error, why);
	if (error && is_load)
		pr_err(NAME ": %s: %s\n", kp->name, why);
	kfree(text);
	return error;
}

static int parse_bool(const char *text, bool *on, const char **why)
{
	if (!*text)
		return reject(-EINVAL, "empty", why);
	if (kstrtobool(text, on))
		return reject(-EINVAL, "neither Y nor N", why);
	return 0;
}

static int show_bool(char *buffer, bool on)
{
	return sprintf(buffer, "%c\n", on ? 'Y' : 'N');
}

/* PARAM(name, mode, flags, load, live): with a function get_NAME before it. */
#define PARAM(param, mode, flag, on_load, on_live)					\
	static const struct action param##_action = { .load = on_load, .live = on_live };	\
	static const struct kernel_param_ops param##_ops = {				\
		.flags = flag, .set = set, .get = get_##param,				\
	};										\
	module_param_cb(param, &param##_ops, (void *)&param##_action, mode)

/* Settings. */

static int parse_threads(char *text, u32 *count, const char **why)
{
	return parse_at_most(text, MAX_WORKERS, count, "more than 32768", why);
}

static int load_threads(char *text, const char **why)
{
	return parse_threads(text, &arguments.threads, why);
}

static int live_threads(char *text, const char **why)
{
	u32 count;

	return parse_threads(text, &count, why) ?: pool_set_count(count, true, why);
}

static int get_threads(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%u\n", READ_ONCE(workers_count));
}
PARAM(threads, 0644, 0, load_threads, live_threads);
MODULE_PARM_DESC(threads, "Number of workers, 0 to 32768 (default 1)");

static int get_config(char *buffer, int (*show)(const struct config *config, char *buffer))
{
	struct config *copy = kmalloc(sizeof(*copy), GFP_KERNEL);
	int len;

	if (!copy)
		return -ENOMEM;
	pool_config(copy);
	len = show(copy, buffer);
	kfree(copy);
	return len;
}

static int show_policy(const struct config *config, char *buffer)
{
	return sprintf(buffer, "%s\n", policy_names[config->policy]);
}

#define CONFIG_PARAM(param, parse, show)					\
	static int load_##param(char *text, const char **why)			\
	{									\
		return parse(&config, text, why);				\
	}									\
	static int live_##param(char *text, const char **why)			\
	{									\
		return pool_configure(parse, text, why);			\
	}									\
	static int get_##param(char *buffer, const struct kernel_param *kp)	\
	{									\
		return get_config(buffer, show);				\
	}									\
	PARAM(param, 0644, 0, load_##param, live_##param)

CONFIG_PARAM(interval, parse_intervals, show_intervals);
MODULE_PARM_DESC(interval, "Time between two ticks: N or N*HZ (seconds), HZ, HZ/D, Nj, Ns, Nms, Nus; 50us to 24h (default 1)");
CONFIG_PARAM(wait, parse_hows, show_hows);
MODULE_PARM_DESC(wait, "Sleeping primitive: ssleep, timeout, idle, usleep, fsleep, hrtimer, completion, event, work (default ssleep)");
CONFIG_PARAM(cpus, parse_cpus, show_cpus);
MODULE_PARM_DESC(cpus, "CPUs that the workers are bound to in turn, such as 0-3,7 (default: not bound)");
CONFIG_PARAM(sched, parse_policy, show_policy);
MODULE_PARM_DESC(sched, "Scheduling policy: normal, fifo_low, fifo (default normal)");

static int set_log(char *text, const char **why)
{
	bool on;
	int error = parse_bool(text, &on, why);

	if (!error)
		WRITE_ONCE(noticed.log, on);
	return error;
}

static int get_log(char *buffer, const struct kernel_param *kp)
{
	return show_bool(buffer, READ_ONCE(noticed.log));
}
PARAM(log, 0644, KERNEL_PARAM_OPS_FL_NOARG, set_log, set_log);
MODULE_PARM_DESC(log, "Log each tick, rate limited (default N)");

static int set_trip_us(char *text, const char **why)
{
	u32 us;
	int error = parse_at_most(text, U32_MAX, &us, "more than 4294967295", why);

	if (!error)
		WRITE_ONCE(noticed.trip_limit, (s64)us * NSEC_PER_USEC);
	return error;
}

static int get_trip_us(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%lld\n", READ_ONCE(noticed.trip_limit) / NSEC_PER_USEC);
}
PARAM(trip_us, 0644, 0, set_trip_us, set_trip_us);
MODULE_PARM_DESC(trip_us, "Latch the first wake later than this many microseconds, and stop tracing; 0 is off (default 0)");

static int load_causes(char *text, const char **why)
{
	return parse_bool(text, &arguments.causes, why);
}

static int live_causes(char *text, const char **why)
{
	bool on;

	return parse_bool(text, &on, why) ?: pool_watch(on, why);
}

static int get_causes(char *buffer, const struct kernel_param *kp)
{
	return show_bool(buffer, READ_ONCE(noticed.watch));
}
PARAM(causes, 0644, KERNEL_PARAM_OPS_FL_NOARG, load_causes, live_causes);
MODULE_PARM_DESC(causes, "Find out whether the timer or the scheduler made a wake late (default N)");

/* Arguments. */

static int load_autostart(char *text, const char **why)
{
	return parse_bool(text, &arguments.autostart, why);
}

static int get_autostart(char *buffer, const struct kernel_param *kp)
{
	return show_bool(buffer, arguments.autostart);
}
PARAM(autostart, 0444, KERNEL_PARAM_OPS_FL_NOARG, load_autostart, NULL);
MODULE_PARM_DESC(autostart, "Start the workers at load (default Y)");

static int load_device_mode(char *text, const char **why)
{
	u16 mode;

	if (kstrtou16(text, 8, &mode))
		return reject(-EINVAL, "not an octal number", why);
	if (mode > 0777)
		return reject(-ERANGE, "more than 0777", why);
	arguments.device_mode = mode;
	return 0;
}

static int get_device_mode(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%04o\n", arguments.device_mode);
}
PARAM(device_mode, 0444, 0, load_device_mode, NULL);
MODULE_PARM_DESC(device_mode, "Permission bits of /dev/classic (default 0600)");

/* Commands. */

static int with_ids(char *text, int (*act)(const struct ids *ids, const char **why),
		    const char **why)
{
	struct ids ids;

	return parse_ids(text, &ids, why) ?: act(&ids, why);
}

#define COMMAND(param, act)						\
	static int live_##param(char *text, const char **why)		\
	{								\
		return with_ids(text, act, why);			\
	}								\
	static const struct action param##_action = { .live = live_##param };	\
	static const struct kernel_param_ops param##_ops = { .set = set };	\
	module_param_cb(param, &param##_ops, (void *)&param##_action, 0200)

COMMAND(start, pool_start);
MODULE_PARM_DESC(start, "Write all or a list such as 0,2-3: start these workers");
COMMAND(stop, pool_stop);
MODULE_PARM_DESC(stop, "Write all or a list such as 0,2-3: stop these workers and wait for them");
COMMAND(reset, pool_reset);
MODULE_PARM_DESC(reset, "Write all or a list such as 0,2-3: zero the counters of these workers");

static int live_signal(char *text, const char **why)
{
	struct ids ids;
	int signal;

	return parse_signal(text, &signal, &ids, why) ?: pool_signal(signal, &ids, why);
}

static const struct action signal_action = { .live = live_signal };
static const struct kernel_param_ops signal_ops = { .set = set };
module_param_cb(signal, &signal_ops, (void *)&signal_action, 0200);
MODULE_PARM_DESC(signal, "Write HUP, INT, USR1, USR2, TERM or KILL and ids: send it to these workers, or to all");

/* What is only read. */

#define OUTPUT(param)								\
	static const struct kernel_param_ops param##_ops = {			\
		.set = set, .get = get_##param,					\
	};									\
	module_param_cb(param, &param##_ops, NULL, 0444)

static int get_hz(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%d\n", HZ);
}
OUTPUT(hz);
MODULE_PARM_DESC(hz, "The kernel's HZ (read only)");

static int get_last_trip(char *buffer, const struct kernel_param *kp)
{
	return trip_show(buffer);
}
OUTPUT(last_trip);
MODULE_PARM_DESC(last_trip, "The wake that trip_us has latched, or none (read only)");

static int get_last_error(char *buffer, const struct kernel_param *kp)
{
	char value[4 * KEPT + 1];

	if (!last_error.parameter)
		return sprintf(buffer, "none\n");
	value[string_escape_mem(last_error.value, strlen(last_error.value), value,
				sizeof(value) - 1, ESCAPE_SPACE | ESCAPE_SPECIAL | ESCAPE_HEX |
				ESCAPE_NAP, NULL)] = '\0';
	return sprintf(buffer, "%s: \"%s%s\": %s\n", last_error.parameter, value,
		       last_error.is_cut ? "..." : "", last_error.reason);
}
OUTPUT(last_error);
MODULE_PARM_DESC(last_error, "Why the last rejected write was rejected (read only)");
