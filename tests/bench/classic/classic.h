/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The same module as kthread_counter, as it is written in C: what the files of this folder share.
 */
#ifndef CLASSIC_H
#define CLASSIC_H

#include <linux/completion.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_wait.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#define NAME "classic"
#define MAX_WORKERS 32768
#define MAX_ITEMS 32	/* of a list */
#define PIECE 64	/* workers, before others get the CPU */
#define NO_EXIT INT_MIN

enum how { SSLEEP, TIMEOUT, IDLE, USLEEP, FSLEEP, HRTIMER, COMPLETION, EVENT, WORK, HOWS };
enum policy { NORMAL, FIFO_LOW, FIFO, POLICIES };
enum state { STOPPED, RUNNING, EXITED };

extern const char *const how_names[HOWS];
extern const char *const policy_names[POLICIES];

/* The time between two ticks, and the shortest text for it. */
struct interval {
	s64 ns;
	char text[16];
};

struct span {
	u32 first;
	u32 last;
};

struct ids {
	bool all;
	unsigned int count;
	struct span ranges[MAX_ITEMS];
};

/* What workers are dealt in turn. */
struct config {
	unsigned int intervals_count;
	unsigned int hows_count;
	unsigned int cpus_count;
	enum policy policy;
	struct interval intervals[MAX_ITEMS];
	enum how hows[MAX_ITEMS];
	struct span cpus[MAX_ITEMS];
};

/* What one of them has. */
struct settings {
	struct interval interval;
	u8 how;
	u8 policy;
	int cpu;	/* or -1 */
};

struct stats {
	u64 ticks;
	u64 missed;
	u64 early;
	u64 signals;
	s64 drift;
	s64 last;
	s64 min;
	s64 max;
	s64 sum;
	u64 sum_late;	/* with negative times as 0 */
};

struct sums {
	s64 max;
	s64 sum;
	u64 sum_late;
};

/* Lateness until the waking, and from there on. */
struct split {
	u64 ticks;
	struct sums to_wake;
	struct sums to_run;
};

/* What probes note of a thread's last waking. */
struct waking {
	s64 at;		/* 0 if it was not woken */
	bool has_task;
	bool measured;
	pid_t pid;
	char comm[TASK_COMM_LEN];
};

/* What a row shows: one moment of a worker. */
struct shown {
	u8 state;
	pid_t pid;
	int cpu;
	int exit;
	struct settings settings;
	struct stats stats;
	u64 epoch;
};

struct worker {
	/* What it sleeps on. */
	wait_queue_head_t queue;
	struct completion called;
	struct completion ran;
	struct delayed_work work;
	s64 ran_at;
	int ran_on;

	u32 id;
	u32 changes;	/* of its settings; written under the lock */
	struct waking waking;

	/* Under the turn. */
	struct task_struct *task;
	struct worker *next;	/* of those that go */
	bool fresh;

	spinlock_t lock;
	/* What follows is under it. */
	u32 watch;
	u64 era;	/* starts, and changes of how it sleeps */
	u64 since;	/* calls before this era */
	u64 completed;
	u64 answered;
	struct shown shown;
	struct split split;
	u64 *buckets;	/* apart, as kmalloc() would double them */
};

/* A sleep that is under way: the thread's own. */
struct nap {
	s64 deadline;
	s64 period;
	s64 previous;	/* when it woke before, or started */
	s64 now;	/* when this sleep begins */
	u64 answered;
	u64 era;
	u32 changes;
	u32 watch;
	enum how how;
	int cpu;
	/* Of a work item. */
	s64 ran_at;
	int ran_on;
};

enum woke { DUE, DUE_ELSEWHERE, EARLY };

static inline bool has_deadline(enum how how)
{
	return how != COMPLETION && how != EVENT;
}

static inline bool changed(const struct worker *worker, const struct nap *nap)
{
	/* Pairs with the release in worker_set(). */
	return smp_load_acquire(&worker->changes) != nap->changes;
}

/* stats.c */
#define BUCKETS 256
void stats_count(struct stats *stats, u64 *buckets, s64 late, u64 missed, s64 drift);
void stats_merge(struct stats *sum, const struct stats *stats);
void split_count(struct split *split, s64 late, s64 to_run);
void split_merge(struct split *sum, const struct split *split);
s64 upper_bound(unsigned int bucket);
void percentiles(const struct stats *stats, const u64 *buckets, s64 *p50, s64 *p99);

/* worker.c */
struct worker *worker_create(u32 id, const struct settings *settings);
void worker_free(struct worker *worker);
void worker_starting(struct worker *worker, pid_t pid);
void worker_ended(struct worker *worker, enum state state, int exit);
void worker_set(struct worker *worker, const struct settings *settings, struct settings *before);
bool sleeps_alike(const struct settings *one, const struct settings *other);
void worker_reset(struct worker *worker);
void worker_called(struct worker *worker, u64 call);
void worker_resync(struct worker *worker);
void worker_notify(struct worker *worker);

/* thread.c, sleep.c */
int worker_thread(void *data);
enum woke worker_sleep(struct worker *worker, struct nap *nap);
void worker_work(struct work_struct *work);

/* calls.c */
struct calls;
extern struct calls reads, writes;
u64 calls_count(const struct calls *calls);
u64 calls_make(struct calls *calls);
s64 calls_time(const struct calls *calls, u64 number);

/* notice.c: what each tick looks at, and settings write. */
struct noticed {
	u32 watch;	/* the number of the watch over causes, or 0 */
	bool log;
	s64 trip_limit;
};
extern struct noticed noticed;
void log_tick(u32 id, u64 ticks, s64 late);
void trip(struct worker *worker, enum how how, int cpu, s64 woken, s64 late, s64 to_run);
void trip_reset(const struct ids *ids);
void trip_reset_one(u32 id);
u64 trip_count(void);
int trip_show(char *buffer);

/* causes.c */
int causes_attach(void);
void causes_detach(void);

static inline void waking_forget(struct waking *waking)
{
	WRITE_ONCE(waking->measured, false);
	WRITE_ONCE(waking->at, 0);
	WRITE_ONCE(waking->has_task, false);
}

/* How long before `now` it was woken; 0 if it was not. */
static inline s64 waking_measure(struct waking *waking, s64 now)
{
	s64 at;

	WRITE_ONCE(waking->measured, true);
	at = READ_ONCE(waking->at);
	return at ? max(now - at, 0LL) : 0;
}

/* start.c */
void set_cpu(struct task_struct *task, int cpu);
void set_policy(struct task_struct *task, enum policy policy);
void end_thread(struct worker *worker);
int run_thread(struct worker *worker, const char **why);

/* pool.c */
extern struct xarray workers;
extern unsigned int workers_count;
extern atomic_t running_count;
extern atomic64_t last_epoch;
extern s64 loaded_at;
int pool_set_count(unsigned int count, bool start, const char **why);
int pool_start(const struct ids *ids, const char **why);
int pool_stop(const struct ids *ids, const char **why);
int pool_signal(int signal, const struct ids *ids, const char **why);
int pool_reset(const struct ids *ids, const char **why);
int pool_configure(int (*parse)(struct config *config, char *text, const char **why),
		   char *text, const char **why);
int pool_watch(bool on, const char **why);
void pool_config(struct config *copy);
void pool_close(void);
void pool_free(void);

/* walk.c */
void walk(void (*visit)(struct worker *worker, void *data), void *data);
u64 device_read_call(void);
void device_write_call(void);
struct total {
	struct stats stats;
	struct split split;
	s64 drift;
	bool has_drift;
	u32 watch;
};
void pool_total(struct total *total);

/* config.c */
extern struct config config;
void config_deal(const struct config *config, u32 id, struct settings *settings);
int parse_intervals(struct config *config, char *text, const char **why);
int parse_hows(struct config *config, char *text, const char **why);
int parse_cpus(struct config *config, char *text, const char **why);
int parse_policy(struct config *config, char *text, const char **why);
int show_intervals(const struct config *config, char *buffer);
int show_hows(const struct config *config, char *buffer);
int show_cpus(const struct config *config, char *buffer);

/* parse.c */
int parse_number(const char *text, u64 *number, const char **why);
int parse_at_most(char *text, u32 most, u32 *number, const char *too_large, const char **why);
int parse_ranges(char *text, struct span *ranges, unsigned int *count, const char **why);
int parse_ids(char *text, struct ids *ids, const char **why);
int parse_signal(char *text, int *signal, struct ids *ids, const char **why);
bool ids_have(const struct ids *ids, u32 id);
int reject(int error, const char *reason, const char **why);

/* interval.c */
int parse_interval(const char *text, struct interval *interval, const char **why);

/* table.c, histogram.c, device.c, params.c */
void show_module(struct seq_file *m);
int table_create(void);
int histograms_create(void);
int device_create_misc(umode_t mode);
void device_remove(void);
struct arguments {
	unsigned int threads;
	bool autostart;
	bool causes;
	umode_t device_mode;
};
extern struct arguments arguments;
void params_live(void);
void params_gone(void);

#endif
