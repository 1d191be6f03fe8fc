// SPDX-License-Identifier: GPL-2.0

//! Module parameters that are a number within limits: `module_param(NAME, ulong, MODE)`.
//!
//! C header: [`include/linux/moduleparam.h`](srctree/include/linux/moduleparam.h)
//!
//! # Examples
//!
//! ```ignore
//! number_params! {
//!     period_ms: PERIOD_MS = 1000 in 1..=60_000, 0o644, "time between two lines, in ms";
//! }
//!
//! let period = PERIOD_MS.load(Relaxed);
//! ```

use core::{
    fmt,
    ops::RangeInclusive, //
};

use kernel::{
    prelude::*,
    str::{
        parse_int::ParseInt,
        BStr, //
    },
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

/// The number in a text as C takes it, such as `10` or `0xa`.
///
/// # Errors
///
/// EINVAL if it is no number, ERANGE if it is outside of `limits`.
pub(crate) fn parse(text: &[u8], limits: RangeInclusive<u64>) -> Result<u64> {
    let text = text.trim_ascii();
    let value = u64::from_str(BStr::from_bytes(text)).map_err(|error| match text {
        // It does not fit, so it is beyond any limit.
        [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => ERANGE,
        _ => error,
    })?;
    limits.contains(&value).then_some(value).ok_or(ERANGE)
}

/// Sets a number from a text; the errors are those of [`parse`].
#[doc(hidden)]
pub(crate) fn set(number: &Atomic<u64>, limits: RangeInclusive<u64>, text: &CStr) -> Result {
    number.store(parse(text.to_bytes(), limits)?, Relaxed);
    Ok(())
}

/// Writes a number and a newline.
#[doc(hidden)]
pub(crate) fn show(number: &Atomic<u64>, out: &mut dyn fmt::Write) -> Result {
    Ok(writeln!(out, "{}", number.load(Relaxed))?)
}

/// Declares parameters, and a static [`Atomic<u64>`] for each.
macro_rules! number_params {
    ($($name:ident: $number:ident = $default:literal in $limits:expr, $mode:literal,
        $description:literal;)*) => {
        $(
            #[doc = $description]
            static $number: kernel::sync::atomic::Atomic<u64> =
                kernel::sync::atomic::Atomic::new($default);

            const _: () = {
                use $crate::abstractions::{module_param, module_param_number};

                struct This;

                impl module_param::Param for This {
                    fn set(
                        _lock: &mut module_param::Lock<'_>,
                        text: &CStr,
                        _source: module_param::Source,
                    ) -> Result {
                        module_param_number::set(&$number, $limits, text)
                    }

                    fn show(
                        _lock: &mut module_param::Lock<'_>,
                        out: &mut dyn core::fmt::Write,
                    ) -> Result {
                        module_param_number::show(&$number, out)
                    }
                }

                module_param::module_params! {
                    $name: This, $mode, "ulong", $description;
                }
            };
        )*
    };
}
pub(crate) use number_params;
