// SPDX-License-Identifier: GPL-2.0

//! Where a Prometheus answers: `http://HOST[:PORT][/PREFIX]`.

use std::{
    fmt,
    str::FromStr, //
};

const EXPECTED: &str = "expected an address such as http://localhost:9090";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// What comes before `/api`, without a slash at its end.
    pub(crate) prefix: String,
}

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let has = |scheme: &str| {
            let start = text.get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        };
        if has("https://") {
            return Err(
                "this program does not speak TLS: give http:// and the address of a \
                 proxy, or of a tunnel such as ssh -L 9090:localhost:9090 HOST",
            );
        }
        let rest = text.get("http://".len()..).filter(|_| has("http://"));
        let rest = rest.ok_or(EXPECTED)?;
        let (place, prefix) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if place.contains('@') {
            return Err("this program sends no password: give the address of a proxy that does");
        }
        if prefix.contains(['?', '#']) {
            return Err("expected an address without a query, such as http://localhost:9090");
        }
        // Both are sent as they are.
        if !rest.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(EXPECTED);
        }
        let (host, port) = host_and_port(place).ok_or(EXPECTED)?;
        Ok(Self {
            host: host.to_owned(),
            port,
            prefix: prefix.trim_end_matches('/').to_owned(),
        })
    }
}

/// An IPv6 address is in brackets.
fn host_and_port(place: &str) -> Option<(&str, u16)> {
    let (host, rest) = match place.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => place.split_at(place.find(':').unwrap_or(place.len())),
    };
    let port = match rest.strip_prefix(':') {
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => port.parse().ok()?,
        None if rest.is_empty() => 80,
        _ => return None,
    };
    (!host.is_empty() && port != 0).then_some((host, port))
}

impl Address {
    /// The host as it is written in an address.
    pub(crate) fn authority(&self) -> String {
        match self.host.contains(':') {
            true => format!("[{}]:{}", self.host, self.port),
            false => format!("{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.authority(), self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_read_and_written() {
        for (text, written) in [
            ("http://localhost:9090", "http://localhost:9090"),
            ("HTTP://localhost:9090/", "http://localhost:9090"),
            ("http://prometheus", "http://prometheus:80"),
            ("http://[::1]:9090/a/b/", "http://[::1]:9090/a/b"),
            ("http://[::1]", "http://[::1]:80"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), written);
        }
        let v6: Address = "http://[::1]:9090".parse().unwrap();
        assert_eq!((&*v6.host, v6.port), ("::1", 9090));
    }

    #[test]
    fn what_is_none_says_what_to_do() {
        for (text, words) in [
            ("https://prometheus/", "ssh -L"),
            ("HTTPS://prometheus/", "ssh -L"),
            ("http://me:secret@prometheus/", "no password"),
            ("http://prometheus/graph?g0", "without a query"),
            ("localhost:9090", "expected"),
            ("", "expected"),
            ("http://", "expected"),
            ("http://:9090", "expected"),
            ("http://a:0", "expected"),
            ("http://a:+9", "expected"),
            ("http://a:65536", "expected"),
            ("http://a:", "expected"),
            ("http://[::1", "expected"),
            ("http://[::1]9090", "expected"),
            ("http://a/b\r\nHost: c", "expected"),
            ("http://a b/", "expected"),
            ("http://ä/", "expected"),
        ] {
            let why = text.parse::<Address>().unwrap_err();
            assert!(why.contains(words), "{text}: {why}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_one_or_none(text in "\\PC*|(http://)?[\\[\\]:/a9.@ \r\n]{0,16}") {
            if let Ok(address) = text.parse::<Address>() {
                prop_assert_eq!(address.to_string().parse(), Ok(address));
            }
        }
    }
}
