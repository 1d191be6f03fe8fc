// SPDX-License-Identifier: GPL-2.0

//! A device to be used from outside.

use core::{
    fmt,
    pin::Pin, //
};

use kernel::{
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc, //
    }, //
};

use crate::{
    abstractions::{
        chrdev,
        delay::{
            msleep,
            Milliseconds, //
        },
        miscdevice,
        module_param_number::number_params, //
    },
    parameters,
    support::Token, //
};

/// Gives a text of the length of the parameter, and the count of writes so far.
pub(crate) struct Text {
    writes: Atomic<i32>,
    _token: Option<Token>,
}

impl miscdevice::Device for Text {
    fn read(&self, out: &mut dyn fmt::Write) -> Result {
        write!(out, "{} ", self.writes.load(Relaxed))?;
        // What is too long is noticed also if it is ignored here.
        let _ = parameters::write_text(out, parameters::length());
        Ok(())
    }

    fn write(&self) -> Result {
        self.writes.add(1, Relaxed);
        Ok(())
    }
}

pub(crate) type Device = Pin<KBox<miscdevice::Registration<Text>>>;

fn text(token: Option<Token>) -> Text {
    Text {
        writes: Atomic::new(0),
        _token: token,
    }
}

fn register(name: &'static CStr, token: Option<Token>) -> Result<Device> {
    let text = Arc::new(text(token), GFP_KERNEL)?;
    KBox::pin_init(miscdevice::Registration::new(name, 0o640, text), GFP_KERNEL)
}

/// What is opened from outside.
pub(crate) fn create() -> Result<Device> {
    register(c"kthread_counter_kunit", None)
}

number_params! {
    fail_ms: FAIL_MS = 0 in 0..=60_000, 0o444,
        "let loading fail, once there have been two devices for as long as that";
}

/// Registers devices and fails, if it has been asked to.
pub(crate) fn fail() -> Result {
    match FAIL_MS.load(Relaxed) {
        0 => Ok(()),
        ms => {
            let _misc = register(c"kthread_counter_failing", None)?;
            let device = Arc::new(text(None), GFP_KERNEL)?;
            let _cdev = chrdev::Registration::new(c"kthread_counter_failing_cdev", device)?;
            msleep(Milliseconds(ms as u32));
            Err(ENOSPC)
        }
    }
}

#[kunit_tests(kthread_counter_miscdevice)]
mod tests {
    use kernel::{
        prelude::*,
        sync::Arc, //
    };

    use crate::{
        abstractions::chrdev,
        support::{
            Token,
            Witness, //
        },
    };

    /// And its name is free again. A name that is not free makes the kernel print a call trace.
    #[test]
    fn a_device_that_is_removed_drops_what_it_is_made_of() -> Result {
        let mut drops = [0; 4];
        for drops in drops.chunks_exact_mut(2) {
            let witness = Witness::new()?;
            let token = Token(witness.clone());
            let device = super::register(c"kthread_counter_kunit_for_a_moment", Some(token))?;
            drops[0] = witness.drops();
            drop(device);
            drops[1] = witness.drops();
        }

        assert_eq!(drops, [0, 1, 0, 1]);
        Ok(())
    }

    /// And so does one with a number of its own, which is another each time or the same.
    #[test]
    fn a_character_device_that_is_removed_drops_what_it_is_made_of() -> Result {
        let mut drops = [0; 4];
        let mut majors = [0; 2];
        for (drops, major) in drops.chunks_exact_mut(2).zip(&mut majors) {
            let witness = Witness::new()?;
            let token = Token(witness.clone());
            let text = Arc::new(super::text(Some(token)), GFP_KERNEL)?;
            let device = chrdev::Registration::new(c"kthread_counter_kunit_cdev", text)?;
            drops[0] = witness.drops();
            *major = device.major();
            drop(device);
            drops[1] = witness.drops();
        }

        assert_eq!(drops, [0, 1, 0, 1]);
        assert!(majors.iter().all(|major| *major > 0));
        Ok(())
    }
}
