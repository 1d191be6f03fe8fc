// SPDX-License-Identifier: GPL-2.0

//! What `modinfo` shows of a module.
//!
//! C header: [`include/linux/moduleparam.h`](srctree/include/linux/moduleparam.h)

use kernel::prelude::*;

/// Copies a string into an array, for a section that the kernel reads as bytes.
#[doc(hidden)]
pub(crate) const fn to_array<const N: usize>(text: &str) -> [u8; N] {
    let mut array = [0; N];
    let mut index = 0;
    while index < N {
        array[index] = text.as_bytes()[index];
        index += 1;
    }
    array
}

/// A string literal that ends with NUL, as a C string.
#[doc(hidden)]
pub(crate) const fn terminated(text: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => panic!("not a terminated string"),
    }
}

/// Puts `TAG=value` where `modinfo` reads it: C's `MODULE_INFO`.
///
/// `used(compiler)`, as newer compilers mark the section of what is `used` for the linker. It would then not be
/// joined with those of C, and modpost reads only one.
macro_rules! module_info {
    ($tag:literal, $value:expr) => {
        const _: () = {
            const INFO: &str = concat!($tag, "=", $value, "\0");

            #[expect(unsafe_code, reason = "`modinfo` reads this section")]
            #[link_section = ".modinfo"]
            #[used(compiler)]
            static ENTRY: [u8; INFO.len()] = $crate::abstractions::modinfo::to_array(INFO);
        };
    };
}
pub(crate) use module_info;
