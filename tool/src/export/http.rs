// SPDX-License-Identifier: GPL-2.0

//! As much of HTTP as a scrape needs: the head of a GET.

use super::text::Format;

/// The longest head of a request.
pub(crate) const LONGEST: usize = 8 * 1024;

/// What a client asks for, or how it is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Metrics(Format),
    Index,
    /// The status and its words.
    Refused(&'static str),
}

/// Whether the empty line after the head is there.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|end| end == b"\n\n") || bytes.windows(4).any(|end| end == b"\r\n\r\n")
}

/// Understands the head of a request.
pub(crate) fn parse(head: &[u8]) -> Request {
    let Ok(head) = std::str::from_utf8(head) else {
        return Request::Refused("400 Bad Request");
    };
    let mut lines = head.lines();
    let words: Vec<_> = lines.next().unwrap_or("").split(' ').collect();
    let [method, target, version] = words[..] else {
        return Request::Refused("400 Bad Request");
    };
    if !version.starts_with("HTTP/1.") {
        return Request::Refused("505 HTTP Version Not Supported");
    }
    if method != "GET" {
        return Request::Refused("405 Method Not Allowed");
    }
    let accept = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("accept").then_some(value)
    });
    match target.split_once('?').map_or(target, |(path, _)| path) {
        "/metrics" => Request::Metrics(format(accept)),
        "/" => Request::Index,
        _ => Request::Refused("404 Not Found"),
    }
}

/// What the client likes best. OpenMetrics has to be asked for by its name.
fn format<'a>(accept: impl Iterator<Item = &'a str>) -> Format {
    let (mut openmetrics, mut plain) = (0.0, 0.0);
    for range in accept.flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or("").to_ascii_lowercase();
        let quality = parts
            .filter_map(|part| part.strip_prefix("q="))
            .find_map(|quality| quality.parse::<f32>().ok())
            .unwrap_or(1.0);
        match name.as_str() {
            "application/openmetrics-text" => openmetrics = quality.max(openmetrics),
            "text/plain" => plain = quality.max(plain),
            _ => {}
        }
    }
    if openmetrics > 0.0 && openmetrics >= plain {
        Format::OpenMetrics
    } else {
        Format::Prometheus
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(target: &str, accept: &str) -> Request {
        parse(format!("GET {target} HTTP/1.1\r\nHost: x\r\nACCEPT: {accept}\r\n\r\n").as_bytes())
    }

    #[test]
    fn the_form_is_what_the_client_likes_best() {
        let prometheus = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        for (accept, format) in [
            (prometheus, Format::OpenMetrics),
            ("*/*", Format::Prometheus),
            ("", Format::Prometheus),
            (
                "text/plain, application/openmetrics-text; q=0.3",
                Format::Prometheus,
            ),
            ("application/openmetrics-text;q=0", Format::Prometheus),
            (
                "Application/OpenMetrics-Text; q=0.9, text/plain;q=NaN",
                Format::OpenMetrics,
            ),
        ] {
            assert_eq!(
                get("/metrics", accept),
                Request::Metrics(format),
                "{accept}"
            );
        }
    }

    #[test]
    fn a_path_and_a_query() {
        assert_eq!(
            get("/metrics?name[]=up", ""),
            Request::Metrics(Format::Prometheus)
        );
        assert_eq!(get("/", ""), Request::Index);
        for path in [
            "/metric",
            "/metrics/",
            "//",
            "http://x/metrics",
            "*",
            "/../proc/kcore",
        ] {
            assert_eq!(get(path, ""), Request::Refused("404 Not Found"), "{path}");
        }
    }

    #[test]
    fn what_is_no_get_is_refused() {
        for (head, status) in [
            ("POST /metrics HTTP/1.1", "405 Method Not Allowed"),
            ("HEAD / HTTP/1.0", "405 Method Not Allowed"),
            ("GET /metrics", "400 Bad Request"),
            ("GET  /metrics HTTP/1.1", "400 Bad Request"),
            ("", "400 Bad Request"),
            ("PRI * HTTP/2.0", "505 HTTP Version Not Supported"),
        ] {
            assert_eq!(parse(head.as_bytes()), Request::Refused(status), "{head}");
        }
        assert_eq!(
            parse(b"GET /\xff HTTP/1.1"),
            Request::Refused("400 Bad Request")
        );
    }

    #[test]
    fn a_head_ends_with_an_empty_line() {
        assert!(is_whole(b"GET / HTTP/1.1\r\n\r\n") && is_whole(b"GET / HTTP/1.1\n\n"));
        assert!(!is_whole(b"GET / HTTP/1.1\r\n") && !is_whole(b""));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_understood_or_refused(head: Vec<u8>, text in "GET /[a-z/?]{0,9} HTTP/1.[0-9]\r\naccept: [a-z/;=,0-9.]{0,40}") {
            parse(&head);
            parse(text.as_bytes());
        }
    }
}
