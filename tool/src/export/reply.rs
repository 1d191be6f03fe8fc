// SPDX-License-Identifier: GPL-2.0

//! What a client is answered.

use std::time::Instant;

use super::{
    exporter::Exporter,
    http::{
        self,
        Request, //
    }, //
};

const INDEX: &str = "\
<!DOCTYPE html>
<html lang=\"en\"><meta charset=\"utf-8\"><title>kthread-counter</title>
<p>How late this kernel wakes its threads: <a href=\"/metrics\">/metrics</a>
</html>
";

/// Not one text: the body may have megabytes.
pub(crate) struct Reply {
    pub(crate) head: String,
    pub(crate) body: String,
}

/// To a request whose head is whole.
pub(crate) fn reply(exporter: &Exporter, head: &[u8]) -> Reply {
    match http::parse(head) {
        Request::Metrics(format) => {
            let body = exporter.scrape(Instant::now(), format);
            message("200 OK", format.content_type(), body)
        }
        Request::Index => message("200 OK", "text/html; charset=utf-8", INDEX.to_owned()),
        Request::Refused(status) => refusal(status),
    }
}

pub(crate) fn refusal(status: &str) -> Reply {
    message(status, "text/plain; charset=utf-8", format!("{status}\n"))
}

fn message(status: &str, content_type: &str, body: String) -> Reply {
    let allow = if status.starts_with("405") {
        "Allow: GET\r\n"
    } else {
        ""
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n{allow}Connection: close\r\n\r\n",
        body.len()
    );
    Reply { head, body }
}
