// SPDX-License-Identifier: GPL-2.0

//! /dev/kthread_counter: reads complete, writes wake.

use core::fmt;

use kernel::{
    prelude::*,
    sync::Arc, //
};

use crate::{
    abstractions::miscdevice,
    domain::{
        logic::mode::Mode,
        pool::Pool, //
    }, //
};

/// What the device does.
pub(crate) struct Device(Arc<Pool>);

/// The device, removed on drop.
pub(crate) type Registration = Pin<KBox<miscdevice::Registration<Device>>>;

/// Creates the device.
///
/// # Errors
///
/// What the kernel says, for example ENOMEM.
pub(crate) fn create(pool: Arc<Pool>, mode: Mode) -> Result<Registration> {
    let device = Arc::new(Device(pool), GFP_KERNEL)?;
    KBox::try_pin_init(
        miscdevice::Registration::new(c"kthread_counter", mode.bits(), device),
        GFP_KERNEL,
    )
}

impl miscdevice::Device for Device {
    fn read(&self, out: &mut dyn fmt::Write) -> Result {
        Ok(writeln!(out, "{}", self.0.read_device())?)
    }

    fn write(&self) -> Result {
        self.0.write_device();
        Ok(())
    }
}
