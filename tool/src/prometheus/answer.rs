// SPDX-License-Identifier: GPL-2.0

//! A question in PromQL, and what Prometheus' API answers: `/api/v1/query`.

use std::{
    collections::BTreeMap,
    time::Duration, //
};

use serde::Deserialize;

use super::{
    address::Address,
    http::{
        self,
        Answer, //
    },
    moment::Moment, //
};
use crate::error::{
    Error,
    Result, //
};

/// For one answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Of what a server says of itself.
const SHOWN: usize = 300;

pub(crate) type Labels = BTreeMap<String, String>;

/// The value of a series at a moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) labels: Labels,
    pub(crate) value: f64,
}

/// Asks what an expression is at a moment.
pub(crate) fn ask(address: &Address, expression: &str, at: &Moment) -> Result<Vec<Sample>> {
    let path = format!(
        "/api/v1/query?query={}&time={}",
        http::escaped(expression),
        at.parameter()
    );
    let answer = http::get(address, &path, PATIENCE).map_err(|error| {
        Error::failed(
            format_args!("cannot ask {address}"),
            error,
            "see whether Prometheus is there",
        )
    })?;
    understand(&answer).map_err(|fault| match fault {
        Fault::Refused(why) => Error::failed(
            format_args!("{address} refuses the question"),
            why,
            "see --at and --match",
        ),
        Fault::Other(why) => Error::failed(
            format_args!("{address} is no Prometheus"),
            why,
            "give the address before /api/v1/query",
        ),
    })
}

#[derive(Debug, PartialEq)]
enum Fault {
    /// It says why it has no answer.
    Refused(String),
    /// It does not answer as Prometheus does.
    Other(String),
}

#[derive(Deserialize)]
struct Reply {
    status: String,
    error: Option<String>,
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    result: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    metric: Labels,
    /// When, and a number as text. A native histogram has none.
    value: Option<(f64, String)>,
}

fn understand(answer: &Answer) -> std::result::Result<Vec<Sample>, Fault> {
    let reply: std::result::Result<Reply, _> = serde_json::from_slice(&answer.body);
    if let Ok(Reply {
        error: Some(why), ..
    }) = &reply
    {
        return Err(Fault::Refused(why.chars().take(SHOWN).collect()));
    }
    if answer.status != 200 {
        let reason: String = answer.reason.chars().take(SHOWN).collect();
        return Err(Fault::Other(format!("it says {} {reason}", answer.status)));
    }
    let reply = reply.map_err(|error| Fault::Other(error.to_string()))?;
    let data = reply.data.filter(|_| reply.status == "success");
    let data = data.ok_or_else(|| Fault::Other("its answer has no data".to_owned()))?;
    let samples = data.result.into_iter().filter_map(|item| {
        let value = item
            .value?
            .1
            .parse()
            .ok()
            .filter(|value: &f64| !value.is_nan())?;
        Some(Sample {
            labels: item.metric,
            value,
        })
    });
    Ok(samples.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn understood(status: u16, body: &str) -> std::result::Result<Vec<Sample>, Fault> {
        understand(&Answer {
            status,
            reason: "Words".into(),
            body: body.into(),
        })
    }

    #[test]
    fn samples_are_read() {
        let samples = understood(
            200,
            r#"{"status":"success","data":{"resultType":"vector","result":[
            {"metric":{"wait":"work"},"value":[1795953600.25,"1.5e+06"]},
            {"metric":{"wait":"nan"},"value":[1795953600,"NaN"]},
            {"metric":{"wait":"infinite"},"value":[1795953600,"+Inf"]},
            {"metric":{"wait":"native"},"histogram":[1795953600,{"count":"1"}]}]},"warnings":["x"]}"#,
        );
        let samples = samples.unwrap();
        let seen: Vec<_> = samples
            .iter()
            .map(|sample| (sample.labels["wait"].as_str(), sample.value))
            .collect();
        assert_eq!(seen, [("work", 1.5e6), ("infinite", f64::INFINITY)]);
    }

    #[test]
    fn what_is_no_answer_is_named() {
        let refused = understood(
            400,
            r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#,
        );
        assert_eq!(refused, Err(Fault::Refused("parse error".into())));
        for (status, body, words) in [
            (502, "<html>", "502 Words"),
            (302, "", "302 Words"),
            (200, "<html>", "expected value"),
            (200, "", "EOF"),
            (200, "[]", "invalid"),
            (200, r#"{"status":"success"}"#, "no data"),
            (200, r#"{"status":"other","data":{"result":[]}}"#, "no data"),
            (
                200,
                r#"{"status":"success","data":{"result":[1,"2"]}}"#,
                "invalid type",
            ),
            (
                200,
                r#"{"status":"success","data":{"result":[{"metric":{}"#,
                "EOF",
            ),
        ] {
            match understood(status, body) {
                Err(Fault::Other(why)) => assert!(why.contains(words), "{body}: {why}"),
                other => panic!("{body}: {other:?}"),
            }
        }
        let deep = "[".repeat(100_000);
        assert!(understood(200, &deep).is_err());
    }

    proptest! {
        #[test]
        fn any_body_is_understood_or_refused(status: u16, body in "\\PC{0,60}|[{}\\[\\]\":,0-9a-z]{0,80}") {
            let _ = understood(status, &body);
        }
    }
}
