// SPDX-License-Identifier: GPL-2.0

//! A character device whose every read completes what a thread waits for.
//!
//! It teaches completions, which count: each read is an event of its own, also if the thread is busy
//! with another one. The device has a major number that the kernel chooses. `waiting` asks the
//! completion: N as long as reads come faster than the thread takes them, which is `busy_ms` for each.
//!
//! ```text
//! # insmod hello_completion.ko; cat /sys/module/hello_completion/parameters/waiting
//! # cat /dev/hello_completion /dev/hello_completion; rmmod hello_completion; dmesg | tail -n 4
//! ```

#![deny(unsafe_code)]

include!("shared.rs");

use abstractions::chrdev;

module! {
    type: HelloCompletion,
    name: "hello_completion",
    authors: ["The kthread_counter authors"],
    description: "A character device whose every read completes what a thread waits for",
    license: "GPL",
}

number_params! {
    busy_ms: BUSY_MS = 0 in 0..=10_000, 0o644, "how long an event keeps the thread busy, in ms";
}
module_params! {
    waiting: Waiting, 0o444, "bool", "N if there is an event that the thread has not taken yet";
}

static SHARED: Published<Shared> = Published::new();

#[pin_data]
struct Shared {
    #[pin]
    event: Completion,
    /// How many events are reads.
    reads: Atomic<u64>,
}

/// What goes, in this order: the device and the parameter, then the thread, which `drop` has told.
struct HelloCompletion {
    shared: Arc<Shared>,
    _device: chrdev::Registration<Device>,
    _publication: Publication<Shared>,
    _thread: kthread::Handle,
}

impl kernel::Module for HelloCompletion {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let shared = pin_init!(Shared { event <- Completion::new(), reads: Atomic::new(0) });
        let shared = Arc::pin_init(shared, GFP_KERNEL)?;
        let (served, device) = (
            shared.clone(),
            Arc::new(Device(shared.clone()), GFP_KERNEL)?,
        );
        let thread = kthread::run(c"hello_completion", move |thread| served.serve(thread))?;
        let device = chrdev::Registration::new(c"hello_completion", device)?;
        pr_info!("the device has major number {}\n", device.major());
        Ok(Self {
            _device: device,
            _publication: SHARED.publish(shared.clone()),
            shared,
            _thread: thread,
        })
    }
}

impl Drop for HelloCompletion {
    fn drop(&mut self) {
        self.shared.event.complete();
    }
}

impl Shared {
    fn serve(&self, thread: &kthread::Current<'_>) -> c_int {
        for number in 0.. {
            // A thread without signals that is not being stopped is not interrupted.
            let _ = self.event.wait_interruptible();
            if self.reads.load(Acquire) == number {
                break;
            }
            pr_info!("event came from READ function - {}\n", number);
            if !thread.should_stop() {
                msleep(Milliseconds(BUSY_MS.load(Relaxed) as u32));
            }
        }
        pr_info!("event came from exit function\n");
        0
    }
}

struct Device(Arc<Shared>);

impl chrdev::Device for Device {
    fn read(&self, _out: &mut dyn fmt::Write) -> Result {
        self.0.reads.fetch_add(1, Release);
        self.0.event.complete();
        Ok(())
    }
}

struct Waiting;

impl Param for Waiting {
    fn set(_lock: &mut Lock<'_>, _text: &CStr, _source: Source) -> Result {
        Err(EPERM)
    }

    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result {
        let is_done = SHARED.get(lock)?.event.is_done();
        Ok(writeln!(out, "{}", if is_done { 'N' } else { 'Y' })?)
    }
}
