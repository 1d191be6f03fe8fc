// SPDX-License-Identifier: GPL-2.0

//! Text from files, for XML and HTML: it is shown, and does nothing.

/// Without what XML does not allow, nor what turns the direction of the text around it.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '?',
            '\u{fffe}' | '\u{ffff}' => '?',
            c if c.is_control() => '?',
            c => c,
        })
        .collect()
}

/// The same as text of an element or of an attribute in quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in plain(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(
            escape("<a b='c' d=\"e\">&amp;</a>"),
            "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;amp;&lt;/a&gt;"
        );
    }

    #[test]
    fn what_is_not_seen_is_a_question_mark() {
        assert_eq!(
            plain("a\0\n\x1b\u{85}\u{202e}\u{ffff}z\u{e9}"),
            "a??????z\u{e9}"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_has_markup(text in "[\\x00-\\x{ffff}<>&\"']*") {
            let escaped = escape(&text);
            proptest::prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
            for (at, _) in escaped.match_indices('&') {
                let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
                proptest::prop_assert!(known.iter().any(|one| escaped[at..].starts_with(one)));
            }
        }
    }
}
