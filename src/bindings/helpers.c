// SPDX-License-Identifier: GPL-2.0
/*
 * Functions for what is inline or a macro in C, and therefore has no symbol to bind.
 */

#include <linux/capability.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/pid_namespace.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched/isolation.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/topology.h>
#include <linux/tracepoint.h>
#include <linux/user_namespace.h>
#include <linux/workqueue.h>
#include <trace/events/sched.h>

#include "helper.h"

/* What allow_signal() does for the current task. */
void kthread_counter_allow_signal(struct task_struct *task, int sig)
{
	struct sighand_struct *sighand = task->sighand;

	spin_lock_irq(&sighand->siglock);
	sighand->action[sig - 1].sa.sa_handler = SIG_KTHREAD;
	spin_unlock_irq(&sighand->siglock);
}

void kthread_counter_assert_raw_spin_lock_held(raw_spinlock_t *lock)
{
	lockdep_assert_held(lock);
}

void kthread_counter_assert_unpreempted(void)
{
	lockdep_assert_preemption_disabled();
}

/* The tests build the module once as for a kernel without them. */
#if defined(CONFIG_TRACEPOINTS) && !defined(KTHREAD_COUNTER_UNTRACED)

/* What sched_events.rs says of them. */
static_assert(__same_type(check_trace_callback_type_sched_waking,
			  void(void (*)(void *, struct task_struct *))));
static_assert(__same_type(check_trace_callback_type_sched_switch,
			  void(void (*)(void *, bool, struct task_struct *,
					struct task_struct *, unsigned int))));

struct search {
	const char *name;
	struct tracepoint *found;
};

static void compare(struct tracepoint *tracepoint, void *data)
{
	struct search *search = data;

	if (!strcmp(tracepoint->name, search->name))
		search->found = tracepoint;
}

struct tracepoint *kthread_counter_find_tracepoint(const char *name)
{
	struct search search = { .name = name };

	for_each_kernel_tracepoint(compare, &search);
	return search.found;
}

int kthread_counter_attach_probe(struct tracepoint *tracepoint, void *probe)
{
	/* The other function warns about a probe that is there already. */
	return tracepoint_probe_register_prio_may_exist(tracepoint, probe, NULL,
							TRACEPOINT_DEFAULT_PRIO);
}

/* Nobody executes the probe after this. */
void kthread_counter_detach_probe(struct tracepoint *tracepoint, void *probe)
{
	tracepoint_probe_unregister(tracepoint, probe, NULL);
	tracepoint_synchronize_unregister();
}

#else

struct tracepoint *kthread_counter_find_tracepoint(const char *name)
{
	return NULL;
}

int kthread_counter_attach_probe(struct tracepoint *tracepoint, void *probe)
{
	return -EOPNOTSUPP;
}

void kthread_counter_detach_probe(struct tracepoint *tracepoint, void *probe)
{
}

#endif

/* On the stack; it may run on any CPU. */
void kthread_counter_begin_work(struct work_struct *work,
				void (*func)(struct work_struct *work))
{
	INIT_WORK_ONSTACK(work, func);
	queue_work(system_dfl_wq, work);
}

/* What those have done who have given theirs back is visible afterwards. */
unsigned int kthread_counter_cdev_references(struct cdev *cdev)
{
	return atomic_read_acquire(&cdev->kobj.kref.refcount.refs);
}

void kthread_counter_clear_notify_signal(void)
{
	clear_notify_signal();
}

void kthread_counter_cond_resched(void)
{
	cond_resched();
}

bool kthread_counter_cpu_online(unsigned int cpu)
{
	return cpu_online(cpu);
}

int kthread_counter_cpu_to_node(unsigned int cpu)
{
	return cpu_possible(cpu) ? cpu_to_node(cpu) : NUMA_NO_NODE;
}

void kthread_counter_current_comm(char comm[TASK_COMM_LEN])
{
	strscpy_pad(comm, current->comm, TASK_COMM_LEN);
}

int kthread_counter_dequeue_signal(void)
{
	return kernel_dequeue_signal();
}

/* Work that has not begun is not begun any more. */
void kthread_counter_end_work(struct work_struct *work)
{
	if (!cancel_work(work))
		flush_work(work);
	destroy_work_on_stack(work);
}

/*
 * What flush_delayed_work() does; nobody may cancel the work meanwhile.
 * kthread_flush_work() would wait for ever for work whose time has not come.
 */
void kthread_counter_flush_kthread_work(struct kthread_worker *worker,
					struct kthread_delayed_work *work)
{
	if (timer_delete_sync(&work->timer))
		kthread_mod_delayed_work(worker, work, 0);
	kthread_flush_worker(worker);
}

void kthread_counter_fsleep(unsigned long usecs)
{
	fsleep(usecs);
}

bool kthread_counter_in_task(void)
{
	return in_task();
}

/* INIT_DELAYED_WORK(), which would make one lock class for all that call this. */
void kthread_counter_init_delayed_work(struct delayed_work *work,
				       void (*func)(struct work_struct *work),
				       const char *name,
				       struct lock_class_key *key,
				       struct lock_class_key *timer_key)
{
	INIT_WORK(&work->work, func);
	lockdep_init_map(&work->work.lockdep_map, name, key, 0);
	timer_init_key(&work->timer, delayed_work_timer_fn, TIMER_IRQSAFE, name,
		       timer_key);
}

/* kthread_init_delayed_work(), likewise. */
void kthread_counter_init_kthread_work(struct kthread_delayed_work *work,
				       void (*func)(struct kthread_work *work),
				       const char *name,
				       struct lock_class_key *timer_key)
{
	kthread_init_work(&work->work, func);
	timer_init_key(&work->timer, kthread_delayed_work_timer_fn,
		       TIMER_IRQSAFE, name, timer_key);
}

struct cdev *kthread_counter_inode_cdev(struct inode *inode)
{
	return inode->i_cdev;
}

int kthread_counter_mutex_lock_interruptible(struct mutex *lock)
{
	return mutex_lock_interruptible(lock);
}

int kthread_counter_mutex_lock_killable(struct mutex *lock)
{
	return mutex_lock_killable(lock);
}

/* perfmon_capable(), of which nobody is told: nothing is refused. */
bool kthread_counter_perfmon_capable(void)
{
	return ns_capable_noaudit(&init_user_ns, CAP_PERFMON) ||
	       ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
}

/*
 * On the CPU, if it is online, and it stays so until the timer is set: one that
 * goes offline after that hands its timers on.
 */
bool kthread_counter_queue_delayed_work_on(int cpu, struct delayed_work *work,
					   unsigned long delay)
{
	guard(cpus_read_lock)();
	if (!cpu_online(cpu))
		cpu = WORK_CPU_UNBOUND;
	return queue_delayed_work_on(cpu, system_percpu_wq, work, delay);
}

void kthread_counter_ratelimit_init(struct ratelimit_state *rs)
{
	ratelimit_default_init(rs);
}

void kthread_counter_raw_spin_lock(raw_spinlock_t *lock)
{
	raw_spin_lock(lock);
}

/* raw_spin_lock_init(), which would make one lock class for all that call this. */
void kthread_counter_raw_spin_lock_init(raw_spinlock_t *lock, const char *name,
					struct lock_class_key *key)
{
#ifdef CONFIG_DEBUG_SPINLOCK
	__raw_spin_lock_init(lock, name, key, LD_WAIT_SPIN);
#else
	raw_spin_lock_init(lock);
#endif
}

bool kthread_counter_raw_spin_trylock(raw_spinlock_t *lock)
{
	return raw_spin_trylock(lock);
}

void kthread_counter_raw_spin_unlock(raw_spinlock_t *lock)
{
	raw_spin_unlock(lock);
}

bool kthread_counter_schedule_delayed_work(struct delayed_work *work,
					   unsigned long delay)
{
	return schedule_delayed_work(work, delay);
}

/* Kernel threads are in the first pid namespace, and in no other. */
bool kthread_counter_seq_knows_kthreads(struct seq_file *m)
{
	return proc_pid_ns(file_inode(m->file)->i_sb) == &init_pid_ns;
}

/* cpu is -1 for any that an unbound kernel thread may use. */
int kthread_counter_set_cpu(struct task_struct *task, int cpu)
{
	/* A copy: the mask may go with a grace period, and setting it sleeps. */
	static struct cpumask unbound;
	static DEFINE_MUTEX(lock);

	if (cpu >= 0)
		return set_cpus_allowed_ptr(task, cpumask_of(cpu));

	guard(mutex)(&lock);
	scoped_guard(rcu)
		cpumask_copy(&unbound, housekeeping_cpumask(HK_TYPE_DOMAIN));
	return set_cpus_allowed_ptr(task, &unbound);
}

/* What kthread_stop() does; set_notify_signal() needs what is not exported. */
void kthread_counter_set_notify_signal(struct task_struct *task)
{
	/* What the notification is about is visible before it. */
	smp_mb__before_atomic();
	set_tsk_thread_flag(task, TIF_NOTIFY_SIGNAL);
	wake_up_process(task);
}

/* set_current_state() is a macro. */
int kthread_counter_sleep_until(ktime_t deadline)
{
	/* 0 would be no timer at all; times that have passed are all the same. */
	deadline = max(deadline, 1);
	set_current_state(TASK_INTERRUPTIBLE);
	return schedule_hrtimeout_range(&deadline, 0, HRTIMER_MODE_ABS);
}

void kthread_counter_timer_destroy_on_stack(struct timer_list *timer)
{
	timer_destroy_on_stack(timer);
}

void kthread_counter_timer_setup_on_stack(struct timer_list *timer,
					  void (*func)(struct timer_list *timer))
{
	timer_setup_on_stack(timer, func, 0);
}

void kthread_counter_tracing_off(void)
{
	tracing_off();
}
