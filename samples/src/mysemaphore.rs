// SPDX-License-Identifier: GPL-2.0

//! A mutex that a thread can be told to hold, and three ways to ask for it that let a user give up.
//!
//! | write anything to | waits | gives up |
//! |---|---|---|
//! | `interruptible` | as S in `ps` | with ERESTARTSYS for any signal |
//! | `killable` | as D | with EINTR for a signal that kills |
//! | `trylock` | not | with EBUSY at once |
//!
//! ```text
//! # insmod mysemaphore.ko; cd /sys/module/mysemaphore/parameters; echo Y > hold; sleep 0.1; cat hold
//! # echo 1 > trylock; timeout -s USR1 1 bash -c 'trap : USR1; echo 1 > interruptible'
//! # echo N > hold; echo 1 > killable; rmmod mysemaphore; dmesg | grep mysemaphore:
//! ```

#![deny(unsafe_code)]

include!("shared.rs");

use abstractions::mutex::LockOrSignal;

module! {
    type: MySemaphore,
    name: "mysemaphore",
    authors: ["The kthread_counter authors"],
    description: "A mutex that a thread holds and others ask for",
    license: "GPL",
}

module_params! {
    hold: Hold, 0o644, "bool", "whether the thread holds the mutex";
    interruptible: Ask<'i'>, 0o200, "any", "lock the mutex, or give up for a signal";
    killable: Ask<'k'>, 0o200, "any", "lock the mutex, or give up for a signal that kills";
    trylock: Ask<'t'>, 0o200, "any", "lock the mutex if nobody has it";
}

static SHARED: Published<Shared> = Published::new();

#[pin_data]
struct Shared {
    /// How often others have locked it.
    #[pin]
    mutex: Mutex<u64>,
    should_hold: Atomic<bool>,
    holds: Atomic<bool>,
    #[pin]
    told: wait::Queue,
}

/// First the parameters lose what is shared, then the holder ends.
struct MySemaphore {
    _publication: Publication<Shared>,
    _holder: kthread::Handle,
}

impl kernel::Module for MySemaphore {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let shared = pin_init!(Shared {
            mutex <- new_mutex!(0, "Shared::mutex"),
            should_hold: Atomic::new(false),
            holds: Atomic::new(false),
            told <- wait::new_wait_queue!("Shared::told"),
        });
        let shared = Arc::pin_init(shared, GFP_KERNEL)?;
        let holder = shared.clone();
        Ok(Self {
            _holder: kthread::run(c"mysemaphore", move |thread| holder.hold_while_told(thread))?,
            _publication: SHARED.publish(shared),
        })
    }
}

impl Shared {
    fn hold_while_told(&self, thread: &kthread::Current<'_>) -> c_int {
        let is_told = |hold| thread.should_stop() || self.should_hold.load(Acquire) == hold;
        while !thread.should_stop() {
            self.told.wait_interruptible(|| is_told(true));
            let _guard = self.mutex.lock();
            self.holds.store(true, Relaxed);
            self.told.wait_interruptible(|| is_told(false));
            self.holds.store(false, Relaxed);
        }
        0
    }
}

struct Hold;
struct Ask<const WAY: char>;

impl Param for Hold {
    fn set(lock: &mut Lock<'_>, text: &CStr, _source: Source) -> Result {
        let (shared, hold) = (SHARED.get(lock)?, kernel::str::kstrtobool(text)?);
        shared.should_hold.store(hold, Release);
        shared.told.wake_up_all();
        Ok(())
    }

    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result {
        let holds = SHARED.get(lock)?.holds.load(Relaxed);
        Ok(writeln!(out, "{}", if holds { 'Y' } else { 'N' })?)
    }
}

impl<const WAY: char> Param for Ask<WAY> {
    fn set(lock: &mut Lock<'_>, _text: &CStr, _source: Source) -> Result {
        let shared = SHARED.get(lock)?;
        lock.released(|| {
            let mut count = match WAY {
                'i' => shared.mutex.lock_interruptible()?,
                'k' => shared.mutex.lock_killable()?,
                _ => shared.mutex.try_lock().ok_or(EBUSY)?,
            };
            *count += 1;
            let pid = kernel::current!().pid();
            pr_info!("locked by process {}, as number {}\n", pid, *count);
            Ok(())
        })
    }
}
