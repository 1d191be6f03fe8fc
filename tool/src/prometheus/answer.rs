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
    moment::Moment,
    native::{
        Native,
        Said, //
    }, //
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

/// What a series has at a moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) labels: Labels,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Number(f64),
    Histogram(Native),
}

impl Sample {
    /// Its value, unless that is a histogram.
    pub(crate) fn number(&self) -> Option<f64> {
        match self.value {
            Value::Number(number) => Some(number),
            Value::Histogram(_) => None,
        }
    }
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
    /// When, and a number as text.
    value: Option<(f64, String)>,
    /// The same of a native histogram, which has no value.
    histogram: Option<(f64, Said)>,
}

impl Item {
    fn value(&self) -> Option<Value> {
        if let Some((_, text)) = &self.value {
            let number = text.parse().ok().filter(|number: &f64| !number.is_nan());
            return number.map(Value::Number);
        }
        let (_, said) = self.histogram.as_ref()?;
        Native::new(said).map(Value::Histogram)
    }
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
        Some(Sample {
            value: item.value()?,
            labels: item.metric,
        })
    });
    Ok(samples.collect())
}

#[cfg(test)]
mod tests {
    use super::{
        super::native::Bucket,
        *, //
    };
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
            {"metric":{"wait":"none"}}]},"warnings":["x"]}"#,
        );
        let samples = samples.unwrap();
        let seen: Vec<_> = samples
            .iter()
            .map(|sample| (sample.labels["wait"].as_str(), sample.number()))
            .collect();
        let expected = [("work", Some(1.5e6)), ("infinite", Some(f64::INFINITY))];
        assert_eq!(seen, expected);
    }

    /// As Prometheus 3.5 says them.
    #[test]
    fn native_histograms_are_read() {
        let histogram = |said: &str| {
            let body = format!(
                r#"{{"status":"success","data":{{"result":[{{"metric":{{}},"histogram":[1795927643.798,{said}]}}]}}}}"#
            );
            let samples = understood(200, &body).unwrap();
            samples.into_iter().next().map(|sample| sample.value)
        };
        let bucket = |lower, upper, count| Bucket {
            lower,
            upper,
            count,
        };
        let infinity = f64::INFINITY;
        assert_eq!(
            histogram(
                r#"{"count":"9","sum":"3","buckets":[[3,"-Inf","0.001","5"],[0,"0.004","+Inf","4"]]}"#
            ),
            Some(Value::Histogram(Native {
                count: 9.0,
                sum: 3.0,
                buckets: vec![bucket(-infinity, 0.001, 5.0), bucket(0.004, infinity, 4.0)],
            }))
        );
        let empty = histogram(r#"{"count":"0","sum":"0"}"#);
        assert!(matches!(empty, Some(Value::Histogram(_))), "{empty:?}");
        for said in [
            r#"{"count":"x","sum":"0"}"#,
            r#"{"count":"1","sum":"0","buckets":[[1,"-4","-2","1"]]}"#,
        ] {
            assert_eq!(histogram(said), None);
        }
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
