// SPDX-License-Identifier: GPL-2.0

//! Whatever is written, no parser panics: in the kernel that would be a splat.

use std::num::NonZeroU32;

use proptest::{
    collection::vec,
    prelude::*,
    sample::select, //
};

use crate::{
    logic::{
        cpus::Cpus,
        ids::Ids,
        interval::Interval,
        list::List,
        mode::Mode,
        range::Range,
        signal::Command,
        text, //
    },
    texts::{
        self,
        Text, //
    },
};

/// A little more than a page, which is the most that sysfs hands on.
const LONGEST: usize = 4_100;

fn feed_all_parsers(junk: &[u8]) {
    for hz in [100, 250, 300, 1_000] {
        let hz = NonZeroU32::new(hz).unwrap();
        let interval = |item: &[u8]| Interval::parse(item, hz);
        if let Ok(interval) = interval(junk) {
            interval.nanos();
            interval.to_string();
        }
        let mut list = List::<_>::one(Interval::DEFAULT);
        if list.parse(junk, interval).is_ok() {
            list.to_string();
            list.dealt(u32::MAX);
        }
    }
    if let Ok(cpus) = Cpus::parse(junk) {
        cpus.to_string();
        let _ = cpus.ranges().iter().map(|range| range.len()).sum::<u64>();
        for id in [0, 1, u32::MAX] {
            cpus.dealt(id);
        }
    }
    if let Ok(range) = Range::parse(junk) {
        let _ = (range.to_string(), range.len(), range.numbers().next());
    }
    if let Ok(mode) = Mode::parse(junk) {
        mode.to_string();
    }
    if let Ok(ids) = Ids::parse(junk) {
        for id in [0, 1, u32::MAX] {
            let _ = (ids.contains(id), ids.check(id));
        }
    }
    let _ = Command::parse(junk);
    let _ = text::decimal(junk);
    let _ = text::at_most(junk, 32_768, &"");
}

/// Words that the parsers know, next to bytes that they do not.
fn pieces() -> impl Strategy<Value = Text> {
    const WORDS: [&[u8]; 22] = [
        b"HZ",
        b"HZ/",
        b"*HZ",
        b"ms",
        b"us",
        b"s",
        b"j",
        b"all",
        b"-",
        b",",
        b" ",
        b"\n",
        b"\0",
        b"\xff",
        b"SIG",
        b"USR1",
        b"0",
        b"1",
        b"4294967296",
        b"18446744073709551616",
        b"0777",
        b"y",
    ];
    vec(select(&WORDS[..]), 0..12).prop_map(|words| Text(words.concat()))
}

#[test]
fn no_single_byte_makes_a_parser_panic() {
    for byte in 0..=u8::MAX {
        for length in [1, 2, 3, 4, 31, 32, 33, 34, LONGEST] {
            feed_all_parsers(&vec![byte; length]);
        }
    }
}

#[test]
fn no_cut_makes_a_parser_panic() {
    let texts: [&[u8]; 5] = [
        b"1,HZ/10,25j,7*HZ,50us",
        b"1-3,5,4294967296-18446744073709551616",
        b"SIGUSR1 1-3,5",
        b"ssleep,timeout",
        "\u{20ac}\u{1f980}".as_bytes(),
    ];
    for text in texts {
        for end in 0..=text.len() {
            for start in 0..=end {
                feed_all_parsers(&text[start..end]);
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_panic(junk in vec(any::<u8>(), 0..LONGEST).prop_map(Text)) {
        feed_all_parsers(&junk);
    }

    #[test]
    fn no_list_makes_a_parser_panic(junk in texts::of(b"0123456789,,,--HZ/j \0\xff", LONGEST)) {
        feed_all_parsers(&junk);
    }

    #[test]
    fn no_words_make_a_parser_panic(junk in pieces()) {
        feed_all_parsers(&junk);
    }
}
