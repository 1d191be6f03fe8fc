/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What bindgen reads for the module's own bindings. `allowlist` says what it takes from here.
 */

#include <linux/cdev.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include <linux/tracepoint-defs.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/* Not bound as a macro: bindgen takes the value that user space sees, which is 100. */
static const unsigned int KTHREAD_COUNTER_HZ = HZ;
static const unsigned int KTHREAD_COUNTER_MINORBITS = MINORBITS;

void kthread_counter_allow_signal(struct task_struct *task, int sig);
void kthread_counter_assert_raw_spin_lock_held(raw_spinlock_t *lock);
void kthread_counter_assert_unpreempted(void);
int kthread_counter_attach_probe(struct tracepoint *tracepoint, void *probe);
void kthread_counter_begin_work(struct work_struct *work,
				void (*func)(struct work_struct *work));
unsigned int kthread_counter_cdev_references(struct cdev *cdev);
void kthread_counter_clear_notify_signal(void);
void kthread_counter_cond_resched(void);
bool kthread_counter_cpu_online(unsigned int cpu);
int kthread_counter_cpu_to_node(unsigned int cpu);
void kthread_counter_current_comm(char comm[TASK_COMM_LEN]);
int kthread_counter_dequeue_signal(void);
void kthread_counter_detach_probe(struct tracepoint *tracepoint, void *probe);
void kthread_counter_end_work(struct work_struct *work);
struct tracepoint *kthread_counter_find_tracepoint(const char *name);
void kthread_counter_flush_kthread_work(struct kthread_worker *worker,
					struct kthread_delayed_work *work);
void kthread_counter_fsleep(unsigned long usecs);
bool kthread_counter_in_task(void);
void kthread_counter_init_delayed_work(struct delayed_work *work,
				       void (*func)(struct work_struct *work),
				       const char *name,
				       struct lock_class_key *key,
				       struct lock_class_key *timer_key);
void kthread_counter_init_kthread_work(struct kthread_delayed_work *work,
				       void (*func)(struct kthread_work *work),
				       const char *name,
				       struct lock_class_key *timer_key);
struct cdev *kthread_counter_inode_cdev(struct inode *inode);
int kthread_counter_mutex_lock_interruptible(struct mutex *lock);
int kthread_counter_mutex_lock_killable(struct mutex *lock);
bool kthread_counter_perfmon_capable(void);
bool kthread_counter_queue_delayed_work_on(int cpu, struct delayed_work *work,
					   unsigned long delay);
void kthread_counter_ratelimit_init(struct ratelimit_state *rs);
void kthread_counter_raw_spin_lock(raw_spinlock_t *lock);
void kthread_counter_raw_spin_lock_init(raw_spinlock_t *lock, const char *name,
					struct lock_class_key *key);
bool kthread_counter_raw_spin_trylock(raw_spinlock_t *lock);
void kthread_counter_raw_spin_unlock(raw_spinlock_t *lock);
bool kthread_counter_schedule_delayed_work(struct delayed_work *work,
					   unsigned long delay);
bool kthread_counter_seq_knows_kthreads(struct seq_file *m);
int kthread_counter_set_cpu(struct task_struct *task, int cpu);
void kthread_counter_set_notify_signal(struct task_struct *task);
int kthread_counter_sleep_until(ktime_t deadline);
void kthread_counter_timer_destroy_on_stack(struct timer_list *timer);
void kthread_counter_timer_setup_on_stack(struct timer_list *timer,
					  void (*func)(struct timer_list *timer));
void kthread_counter_trace_tick(u32 id, const char *wait, s64 late_ns, u32 cpu,
				s64 to_run_ns);
void kthread_counter_tracing_off(void);
