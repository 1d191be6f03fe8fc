// SPDX-License-Identifier: GPL-2.0

//! Numbers in decimal, in fewer instructions than `core::fmt` takes.

/// More characters than the longest number has.
pub(crate) const FIELD: usize = 24;

/// All pairs of digits, from 00 to 99.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
};

/// Writes a number, with a sign if it is negative, at the beginning of `field`, and spaces after it.
/// Returns how long it is.
#[inline]
pub(crate) fn write(is_negative: bool, mut number: u64, field: &mut [u8; FIELD]) -> usize {
    // Digits end in the middle. All that is copied has the same size, whatever the number.
    let mut pairs = [[b' '; 2]; FIELD];
    let mut len = 0;
    for pair in pairs[..FIELD / 2].iter_mut().rev() {
        *pair = PAIRS[(number % 100) as usize];
        number /= 100;
        len += 2;
        if number == 0 {
            // The first digit of an odd number of them has none before it.
            len -= usize::from(pair[0] == b'0');
            break;
        }
    }
    let characters = pairs.as_flattened_mut();
    if is_negative {
        len += 1;
        characters[FIELD - len] = b'-';
    }
    if let Some(written) = characters[FIELD - len..].first_chunk() {
        *field = *written;
    }
    len
}
