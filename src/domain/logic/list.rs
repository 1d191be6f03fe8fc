// SPDX-License-Identifier: GPL-2.0

//! Comma lists of a fixed capacity, dealt to the workers in turn.

use core::{
    fmt,
    num::NonZeroUsize, //
};

use super::{
    reject::Rejection,
    text, //
};

/// How many values or ranges a list takes.
pub(crate) const CAPACITY: usize = 32;

/// A list of at least one and at most `N` values, without an allocation.
///
/// It may live in a `static` that has no destructor.
///
/// # Invariants
///
/// `len <= N`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List<T, const N: usize = CAPACITY> {
    items: [T; N],
    len: NonZeroUsize,
}

impl<T: Copy, const N: usize> List<T, N> {
    /// A list of one value.
    pub(crate) const fn one(item: T) -> Self {
        // INVARIANT: One value; an array of none would not compile where it is used.
        Self {
            items: [item; N],
            len: NonZeroUsize::MIN,
        }
    }

    /// Replaces the first value.
    pub(crate) fn set_first(&mut self, item: T) {
        let [first, ..] = self.items.as_mut_slice() else {
            return;
        };
        *first = item;
    }

    /// Parses `text` at its commas, each item with `parse`, to be what is in the list. After an error
    /// that is some of both.
    pub(crate) fn parse(
        &mut self,
        text: &[u8],
        parse: impl Fn(&[u8]) -> Result<T, Rejection>,
    ) -> Result<(), Rejection> {
        for_each_item(text, &mut Parsing { list: self, parse })
    }

    /// The values, in the order in which they were given.
    pub(crate) fn as_slice(&self) -> &[T] {
        self.items.get(..self.len.get()).unwrap_or(&self.items)
    }

    /// The value that worker `id` is dealt.
    pub(crate) fn dealt(&self, id: u32) -> T {
        // The invariant makes the remainder a valid index.
        self.items[id as usize % self.len]
    }
}

impl<T: PartialEq + Copy, const N: usize> PartialEq for List<T, N> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<T: fmt::Display + Copy, const N: usize> fmt::Display for List<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, item) in self.as_slice().iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            item.fmt(f)?;
        }
        Ok(())
    }
}

/// A list whose items are being parsed.
struct Parsing<'a, T, P, const N: usize> {
    list: &'a mut List<T, N>,
    parse: P,
}

/// As `FnMut`, of which a compiler makes two copies.
trait Take {
    /// Takes the item that has this index.
    fn take(&mut self, index: usize, item: &[u8]) -> Result<(), Rejection>;
}

impl<T, P, const N: usize> Take for Parsing<'_, T, P, N>
where
    P: Fn(&[u8]) -> Result<T, Rejection>,
{
    fn take(&mut self, index: usize, item: &[u8]) -> Result<(), Rejection> {
        let item = (self.parse)(item)?;
        *self
            .list
            .items
            .get_mut(index)
            .ok_or(Rejection::invalid(&"too many list items"))? = item;
        // INVARIANT: The slot exists, so that `index` is less than `N`.
        self.list.len = NonZeroUsize::MIN.saturating_add(index);
        Ok(())
    }
}

/// Hands on each item between the commas of `text`, and its index.
#[inline(never)] // It is the same for each kind of item.
fn for_each_item(text: &[u8], parsing: &mut dyn Take) -> Result<(), Rejection> {
    let text = text::trim(text);
    if text.is_empty() {
        return Err(text::EMPTY);
    }
    for (index, item) in text.split(|&byte| byte == b',').enumerate() {
        if item.is_empty() {
            return Err(Rejection::invalid(&"empty list item"));
        }
        parsing.take(index, item)?;
    }
    Ok(())
}
