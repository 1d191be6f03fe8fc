// SPDX-License-Identifier: GPL-2.0

//! Parameters to be written and read from outside, and tests of the lock that protects them.

use core::fmt;

use kernel::prelude::*;

use crate::{
    abstractions::module_param::{
        module_params,
        Lock,
        Locked,
        Param,
        Source, //
    },
    table,
};

fn parse(text: &CStr) -> Result<usize> {
    let text = text.to_str().map_err(|_| EINVAL)?;
    text.trim().parse().map_err(|_| EINVAL)
}

/// What it was last set to, and from where.
static VALUE: Locked<(usize, Option<Source>)> = Locked::new((0, None));

struct Value;

impl Param for Value {
    fn set(lock: &mut Lock<'_>, text: &CStr, source: Source) -> Result {
        *VALUE.get(lock) = (parse(text)?, Some(source));
        Ok(())
    }

    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result {
        let (value, source) = *VALUE.get(lock);
        writeln!(out, "{value} {source:?}").map_err(|_| EOVERFLOW)
    }
}

/// How long the texts are that are to be too long at some time.
static LENGTH: Locked<usize> = Locked::new(0);

pub(crate) fn length() -> usize {
    Lock::with(|lock| *LENGTH.get(lock))
}

pub(crate) fn write_text(out: &mut dyn fmt::Write, length: usize) -> fmt::Result {
    (0..length).try_for_each(|_| out.write_char('x'))
}

struct Length;

/// Texts of that length and more are too long, and that is ignored.
const IGNORED: usize = 5_000;

impl Param for Length {
    fn set(lock: &mut Lock<'_>, text: &CStr, _source: Source) -> Result {
        *LENGTH.get(lock) = parse(text)?;
        Ok(())
    }

    fn show(lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result {
        let length = *LENGTH.get(lock);
        match write_text(out, length) {
            // What is too long is noticed also if it is ignored here.
            Err(_) if length < IGNORED => Err(EOVERFLOW),
            _ => Ok(()),
        }
    }
}

/// What happened to the rows of the tables.
struct Rows;

impl Param for Rows {
    fn set(_lock: &mut Lock<'_>, _text: &CStr, _source: Source) -> Result {
        Err(EPERM)
    }

    fn show(_lock: &mut Lock<'_>, out: &mut dyn fmt::Write) -> Result {
        writeln!(out, "{}", table::COUNTS).map_err(|_| EOVERFLOW)
    }
}

module_params! {
    value: Value, 0o644, "uint", "a number";
    length: Length, 0o644, "uint", "how long this text is";
    rows: Rows, 0o444, "string", "what happened to the rows of the tables";
}

#[kunit_tests(kthread_counter_module_param)]
mod tests {
    use kernel::{
        prelude::*,
        sync::Arc, //
    };

    use crate::{
        abstractions::{
            delay::{
                msleep,
                Milliseconds, //
            },
            module_param::{
                Lock,
                Locked,
                Source, //
            },
            module_param_published::Published,
        },
        support::{
            becomes_true,
            end_of,
            is_gone,
            spawn,
            Token,
            Witness, //
        },
    };

    /// The test loads the module with this argument.
    #[test]
    fn an_argument_was_set_at_load() {
        let value = Lock::with(|lock| *super::VALUE.get(lock));

        assert!(value == (7, Some(Source::Load)));
    }

    /// Reads, lets others run, and writes: without the lock some of it would be lost.
    fn add_slowly(counter: &Locked<u32>) {
        for _ in 0..20 {
            Lock::with(|lock| {
                let counter = counter.get(lock);
                let value = *counter;
                msleep(Milliseconds(1));
                *counter = value + 1;
            });
        }
    }

    #[test]
    fn one_at_a_time_has_the_lock() -> Result {
        static COUNTER: Locked<u32> = Locked::new(0);

        let thread = spawn(|_| {
            add_slowly(&COUNTER);
            0
        })?;
        add_slowly(&COUNTER);
        let code = end_of(thread);
        let value = Lock::with(|lock| *COUNTER.get(lock));

        assert_eq!(code, Some(0));
        assert_eq!(value, 40);
        Ok(())
    }

    #[test]
    fn a_lock_that_is_released_for_a_while_lets_others_in() -> Result {
        static COUNTER: Locked<u32> = Locked::new(0);

        let seen = Lock::with(|lock| {
            *COUNTER.get(lock) = 1;
            let thread = spawn(|_| {
                Lock::with(|lock| *COUNTER.get(lock) += 1);
                0
            })?;
            let before = *COUNTER.get(lock);
            // The thread ends only if it gets the lock; and so would a stop of it.
            let (others_came, code) = lock.released(|| {
                let is_gone = becomes_true(|| is_gone(thread.task()));
                (is_gone, thread.stop())
            });
            Ok((before, others_came, code, *COUNTER.get(lock)))
        });

        assert!(seen == Ok::<_, Error>((1, true, Some(0), 2)));
        Ok(())
    }

    #[test]
    fn what_is_published_can_be_had_until_it_is_taken_back() -> Result {
        static PUBLISHED: Published<Token> = Published::new();

        let get = || Lock::with(|lock| PUBLISHED.get(lock));
        let witness = Witness::new()?;
        let too_early = get().err();
        let publication = PUBLISHED.publish(Arc::new(Token(witness.clone()), GFP_KERNEL)?);
        let held = get()?;
        drop(publication);
        let too_late = get().err();
        let dropped_while_held = witness.drops();
        drop(held);

        assert_eq!(too_early, Some(ENODEV));
        assert_eq!(too_late, Some(ENODEV));
        assert_eq!(dropped_while_held, 0);
        assert_eq!(witness.drops(), 1);
        Ok(())
    }

    #[test]
    fn what_is_published_later_is_what_can_be_had() -> Result {
        static PUBLISHED: Published<Token> = Published::new();

        let (first, second) = (Witness::new()?, Witness::new()?);
        drop(PUBLISHED.publish(Arc::new(Token(first.clone()), GFP_KERNEL)?));
        let publication = PUBLISHED.publish(Arc::new(Token(second.clone()), GFP_KERNEL)?);
        Lock::with(|lock| PUBLISHED.get(lock))?.run();
        drop(publication);

        assert_eq!((first.runs(), first.drops()), (0, 1));
        assert_eq!((second.runs(), second.drops()), (1, 1));
        Ok(())
    }
}
