// SPDX-License-Identifier: GPL-2.0

//! How the chosen row was, and is: a sparkline, and a histogram.

use ratatui::{
    buffer::Buffer,
    layout::{
        Constraint,
        Layout,
        Rect, //
    },
    style::{
        Modifier,
        Style, //
    },
    text::Line,
    widgets::{
        Paragraph,
        Sparkline,
        Widget, //
    }, //
};

use super::{
    columns,
    interval::Interval,
    model::{
        Item,
        Model, //
    },
    state::{
        Key,
        State, //
    }, //
};
use crate::{
    error::one_line,
    measure::distribution::Distribution,
    output::{
        picture,
        style,
        units, //
    }, //
};

/// No histogram is narrower.
pub(super) const NARROWEST: u16 = 40;
const SPARK_LINES: u16 = 3;

/// What is drawn of the chosen row.
pub(super) struct Chosen {
    name: String,
    /// The worst of each of the last intervals.
    past: Vec<Option<i64>>,
    distribution: Distribution,
}

impl Chosen {
    /// There is none without rows. A sparkline of this width has room for so many intervals.
    pub(super) fn of(model: &Model, state: &State, width: u16) -> Option<Self> {
        let item = state.item()?;
        let key = model.key(state.choice.by, item)?;
        Some(Self {
            name: name(model, state, item, &key),
            past: model.past(&key, width.into()),
            distribution: model.distribution(&key),
        })
    }

    /// How many lines have something in them.
    pub(super) fn lines(&self) -> u16 {
        let histogram = u16::try_from(picture::lines(&self.distribution));
        let titles = 2;
        histogram
            .unwrap_or(u16::MAX)
            .saturating_add(self.spark_lines() + titles)
    }

    /// There is nothing to draw before it has ticked between two readings.
    fn spark_lines(&self) -> u16 {
        match self.highest() {
            Some(_) => SPARK_LINES,
            None => 0,
        }
    }

    fn highest(&self) -> Option<i64> {
        self.past.iter().flatten().max().copied()
    }

    pub(super) fn render(&self, interval: Interval, colour: Style, area: Rect, to: &mut Buffer) {
        let [title, spark, how_late, histogram] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(self.spark_lines()),
            Constraint::Length(1),
            Constraint::Fill(1),
        ])
        .areas(area);
        let name = &self.name;
        let highest = match self.highest() {
            // Most of them are bounds.
            Some(ns) => format!("highest {}", units::at_most(ns)),
            None => "no tick yet".to_owned(),
        };
        let text = format!("worst of each {interval}: {name}; {highest}");
        Line::styled(text, Modifier::BOLD).render(title, to);
        self.spark(colour).render(spark, to);

        let ticks = self.distribution.total();
        let text = format!("how late: {name}; {ticks} ticks");
        Line::styled(text, Modifier::BOLD).render(how_late, to);
        if area.width >= NARROWEST {
            self.histogram(histogram).render(histogram, to);
        }
    }

    fn spark(&self, colour: Style) -> Sparkline<'_> {
        let number = |ns: i64| u64::try_from(ns).unwrap_or(0);
        let past = self.past.iter().map(|worst| worst.map(number));
        let highest = self.highest().map_or(1, number).max(1);
        Sparkline::default().data(past).max(highest).style(colour)
    }

    /// The late end, if not all of it fits.
    fn histogram(&self, area: Rect) -> Paragraph<'static> {
        let style = style::Style {
            width: area.width.into(),
            colour: false,
            ascii: false,
        };
        let text = picture::draw(&self.distribution, false, style);
        let lines: Vec<_> = text.lines().map(str::to_owned).collect();
        let first = lines.len().saturating_sub(area.height.into());
        let lines = lines.into_iter().skip(first).map(Line::from);
        Paragraph::new(lines.collect::<Vec<_>>())
    }
}

fn name(model: &Model, state: &State, item: &Item, key: &Key) -> String {
    match key {
        Key::Worker(id) => {
            let cells = [columns::Column::Wait, columns::Column::State];
            let row = columns::row(&cells, model, state.choice.by, item);
            let words: Vec<_> = row.split_ascii_whitespace().collect();
            format!("worker {id}, {}", words.join(", "))
        }
        Key::Wait(wait) => one_line(wait),
    }
}
