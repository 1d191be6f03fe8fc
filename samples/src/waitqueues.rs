// SPDX-License-Identifier: GPL-2.0

//! A device whose every write wakes a thread from a wait queue.
//!
//! It teaches the two halves of waiting: the condition, which says whether there is something to do,
//! and the queue, which only says that it is worth to look. Writes are counted, so that none is
//! lost, however many come before the thread runs. The thread sleeps in `wait_event_interruptible`,
//! or with `uninterruptible=1` in `wait_event`. In `ps` that is S or D, and a D counts in the load
//! average; after two minutes the kernel warns of it.
//!
//! ```text
//! # insmod waitqueues.ko; ls -l /dev/waitqueues; echo > /dev/waitqueues; echo > /dev/waitqueues
//! # ps -C waitqueues -o pid,stat,args; rmmod waitqueues; dmesg | tail -n 3
//! ```

#![deny(unsafe_code)]

include!("shared.rs");

use abstractions::miscdevice;

module! {
    type: WaitQueues,
    name: "waitqueues",
    authors: ["The kthread_counter authors"],
    description: "A device whose every write wakes a thread from a wait queue",
    license: "GPL",
}

number_params! {
    uninterruptible: UNINTERRUPTIBLE = 0 in 0..=1, 0o444, "1 to wait uninterruptibly";
}

/// What the device and the thread share.
#[pin_data]
struct Shared {
    /// How often the device has been written to.
    writes: Atomic<u64>,
    is_over: Atomic<bool>,
    #[pin]
    queue: wait::Queue,
}

/// The device goes first, then the thread.
struct WaitQueues {
    _device: Pin<KBox<miscdevice::Registration<Device>>>,
    _waker: Waker,
    _thread: kthread::Handle,
}

impl kernel::Module for WaitQueues {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let shared = pin_init!(Shared {
            writes: Atomic::new(0),
            is_over: Atomic::new(false),
            queue <- wait::new_wait_queue!("Shared::queue"),
        });
        let shared = Arc::pin_init(shared, GFP_KERNEL)?;
        let (served, device) = (
            shared.clone(),
            Arc::new(Device(shared.clone()), GFP_KERNEL)?,
        );
        let thread = kthread::run(c"waitqueues", move |_| served.serve())?;
        let waker = Waker(shared);
        let device = miscdevice::Registration::new(c"waitqueues", 0o222, device);
        Ok(Self {
            _device: KBox::try_pin_init(device, GFP_KERNEL)?,
            _waker: waker,
            _thread: thread,
        })
    }
}

/// Ends the thread when it goes: stopping alone does not wake one that sleeps uninterruptibly.
struct Waker(Arc<Shared>);

impl Drop for Waker {
    fn drop(&mut self) {
        self.0.is_over.store(true, Release);
        self.0.queue.wake_up_all();
    }
}

impl Shared {
    fn serve(&self) -> c_int {
        for answered in 0.. {
            let is_over = || self.is_over.load(Acquire);
            let has_work = || is_over() || self.writes.load(Acquire) != answered;
            match UNINTERRUPTIBLE.load(Relaxed) {
                0 => drop(self.queue.wait_interruptible(has_work)),
                _ => self.queue.wait_uninterruptible(has_work),
            }
            if is_over() {
                pr_info!("the thread ends after {} writes\n", answered);
                break;
            }
            pr_info!("woken by write {}\n", answered + 1);
        }
        0
    }
}

struct Device(Arc<Shared>);

impl miscdevice::Device for Device {
    fn write(&self) -> Result {
        self.0.writes.fetch_add(1, Release);
        self.0.queue.wake_up_all();
        Ok(())
    }
}
