// SPDX-License-Identifier: GPL-2.0

//! The parameters that are only given when the module is loaded.

use core::fmt;

use kernel::prelude::*;

use super::{
    kinds::{
        show,
        Argument, //
    },
    switch, //
};
use crate::{
    domain::{
        logic::mode::Mode,
        refusal::Refusal, //
    },
    interface::state::Arguments, //
};

pub(super) struct Autostart;

impl Argument for Autostart {
    const BARE: Option<&'static CStr> = switch::BARE;
    type Value = bool;

    #[inline]
    fn parse(text: &[u8]) -> Result<bool, Refusal> {
        Ok(switch::parse(text)?)
    }

    #[inline]
    fn keep(arguments: &mut Arguments, on: bool) {
        arguments.autostart = on;
    }

    fn show(arguments: &Arguments, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(switch::name(arguments.autostart))
    }
}

pub(super) struct DeviceMode;

impl Argument for DeviceMode {
    type Value = Mode;

    #[inline]
    fn parse(text: &[u8]) -> Result<Mode, Refusal> {
        Ok(Mode::parse(text)?)
    }

    #[inline]
    fn keep(arguments: &mut Arguments, mode: Mode) {
        arguments.device_mode = mode;
    }

    fn show(arguments: &Arguments, out: &mut dyn fmt::Write) -> fmt::Result {
        show(&arguments.device_mode, out)
    }
}
