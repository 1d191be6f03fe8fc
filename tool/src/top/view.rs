// SPDX-License-Identifier: GPL-2.0

//! The picture on the screen. Only the rows that are seen are made into text.

use ratatui::{
    buffer::Buffer,
    layout::{
        Constraint,
        Layout,
        Rect, //
    },
    style::{
        Color,
        Modifier,
        Style, //
    },
    text::{
        Line,
        Span, //
    },
    widgets::{
        Paragraph,
        Sparkline,
        Widget, //
    },
    Frame, //
};

use super::{
    columns,
    interval::Interval,
    model::Model,
    state::{
        By,
        Key,
        State, //
    }, //
};
use crate::{
    error::one_line,
    output::{
        picture,
        style,
        units, //
    }, //
};

const KEYS: [(&str, &str); 7] = [
    ("q", "quit"),
    ("Tab", "workers/primitives"),
    ("s", "sort"),
    ("r", "reverse"),
    ("↑↓", "choose"),
    ("p", "pause"),
    ("Home", "first"),
];
/// From this on, pictures are beside the table.
const WIDE: u16 = 150;
/// From this on, there are pictures below it.
const HIGH: u16 = 20;
const NARROWEST_PICTURE: u16 = 40;
const SPARK_ROWS: u16 = 3;
const HISTOGRAM_ROWS: u16 = 8;

/// What is shown besides the readings.
pub(crate) struct View {
    interval: Interval,
    /// What is wrong, if something is.
    pub(crate) message: Option<String>,
    colour: bool,
}

impl View {
    pub(crate) fn new(interval: Interval) -> Self {
        Self {
            interval,
            message: None,
            colour: style::Style::of_stdout(false).colour,
        }
    }

    fn paint(&self, colour: Color) -> Style {
        match self.colour {
            true => Style::new().fg(colour),
            false => Style::new(),
        }
    }
}

/// Draws all of it.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model, state: &mut State, view: &View) {
    let area = frame.area();
    let message = u16::from(view.message.is_some());
    let [head, note, body, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(message),
        Constraint::Fill(1),
        Constraint::Length(1),
    ])
    .areas(area);
    let to = frame.buffer_mut();
    heading(model, state, view).render(head, to);
    if let Some(message) = &view.message {
        let line = Line::styled(one_line(message), view.paint(Color::Yellow));
        line.render(note, to);
    }
    key_line(state).render(keys, to);

    if area.width >= WIDE && area.height >= HIGH / 2 {
        let all = columns::total(&columns::fitting(state.choice.by, usize::MAX));
        let all = u16::try_from(all).unwrap_or(u16::MAX);
        let [left, _, right] = Layout::horizontal([
            Constraint::Length(all),
            Constraint::Length(2),
            Constraint::Fill(1),
        ])
        .areas(body);
        table(model, state, view, left, to);
        pictures(model, state, view, right, to);
    } else if area.height >= HIGH && area.width >= NARROWEST_PICTURE {
        let rows = SPARK_ROWS + 1 + (HISTOGRAM_ROWS + 1) * area.height.min(48) / 24;
        let [above, below] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(rows)]).areas(body);
        table(model, state, view, above, to);
        pictures(model, state, view, below, to);
    } else {
        table(model, state, view, body, to);
    }
}

fn heading(model: &Model, state: &State, view: &View) -> Line<'static> {
    let Some(sample) = &model.sample else {
        return Line::from("kthread-counter top");
    };
    let module = &sample.module;
    let number = |number: Option<u64>| number.map_or("-".to_owned(), |number| number.to_string());
    let uptime = module.uptime_ns.and_then(|ns| i64::try_from(ns).ok());
    let text = format!(
        "{} workers, {} running, up {}, HZ={}, trips: {}, each {}, by {}",
        number(module.threads),
        number(module.running),
        uptime.map_or("-".to_owned(), units::time),
        number(module.hz.map(u64::from)),
        number(module.trips),
        view.interval,
        state.choice.sort.name(),
    );
    let mut parts = vec![Span::styled(text, Modifier::BOLD)];
    if state.paused {
        parts.insert(0, Span::styled("PAUSED ", Modifier::REVERSED));
    }
    Line::from(parts)
}

fn key_line(state: &State) -> Line<'static> {
    let mut parts = Vec::new();
    for (key, what) in KEYS {
        let what = match (key, state.choice.by) {
            ("Tab", By::Worker) => "primitives",
            ("Tab", By::Wait) => "workers",
            ("p", _) if state.paused => "go on",
            _ => what,
        };
        parts.push(Span::styled(key, Modifier::REVERSED));
        parts.push(Span::raw(format!(" {what}  ")));
    }
    Line::from(parts)
}

fn table(model: &Model, state: &mut State, view: &View, area: Rect, to: &mut Buffer) {
    let by = state.choice.by;
    let columns = columns::fitting(by, area.width.into());
    let titles = columns::titles(&columns).into_iter().zip(&columns);
    let titles = titles.map(|(title, column)| {
        let of_sort = column.is_of(state.choice.sort, by);
        let style = match of_sort {
            true => Modifier::BOLD | Modifier::REVERSED,
            false => Modifier::BOLD,
        };
        Span::styled(title, style)
    });
    let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    Line::from_iter(titles).render(head, to);
    if state.items.is_empty() && model.sample.is_some() {
        Line::from("No workers.").render(body, to);
    }
    let first = state.scroll(body.height.into());
    let seen = state.items.iter().enumerate().skip(first);
    let lines = seen.take(body.height.into()).map(|(place, item)| {
        let text = columns::row(&columns, model, by, item);
        let mut style = Style::new();
        if item.missed_since > Some(0) {
            style = view.paint(Color::Red);
        }
        if place == state.at {
            style = style.add_modifier(Modifier::REVERSED);
        }
        Line::styled(text, style)
    });
    Paragraph::new(lines.collect::<Vec<_>>()).render(body, to);
}

/// How the chosen row was, and is.
fn pictures(model: &Model, state: &State, view: &View, area: Rect, to: &mut Buffer) {
    let by = state.choice.by;
    let Some((item, key)) = state
        .item()
        .and_then(|item| Some((item, model.key(by, item)?)))
    else {
        return;
    };
    let name = match &key {
        Key::Worker(id) => {
            let cells = [columns::Column::Wait, columns::Column::State];
            let row = columns::row(&cells, model, by, item);
            let words: Vec<_> = row.split_ascii_whitespace().collect();
            format!("worker {id}, {}", words.join(", "))
        }
        Key::Wait(wait) => one_line(wait),
    };
    let [title, spark, how_late, histogram] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(SPARK_ROWS),
        Constraint::Length(1),
        Constraint::Fill(1),
    ])
    .areas(area);

    let past = model.past(&key, area.width.into());
    let highest = past.iter().flatten().max().copied();
    let title_text = match highest {
        Some(ns) => format!(
            "worst of each {}: {name}; highest {}",
            view.interval,
            units::time(ns)
        ),
        None => format!("worst of each {}: {name}; no tick yet", view.interval),
    };
    Line::styled(title_text, Modifier::BOLD).render(title, to);
    let past = past
        .into_iter()
        .map(|worst| worst.map(|ns| u64::try_from(ns).unwrap_or(0)));
    Sparkline::default()
        .data(past)
        .max(
            highest
                .and_then(|ns| u64::try_from(ns).ok())
                .unwrap_or(1)
                .max(1),
        )
        .style(view.paint(Color::Cyan))
        .render(spark, to);

    let distribution = model.distribution(&key);
    let ticks = distribution.total();
    Line::styled(format!("how late: {name}; {ticks} ticks"), Modifier::BOLD).render(how_late, to);
    if area.width < NARROWEST_PICTURE {
        return;
    }
    let style = style::Style {
        width: area.width.into(),
        colour: false,
        ascii: false,
    };
    let text = picture::draw(&distribution, false, style);
    // The late end, if not all of it fits.
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.len().saturating_sub(histogram.height.into());
    let lines = lines.into_iter().skip(first).map(Line::from);
    Paragraph::new(lines.collect::<Vec<_>>()).render(histogram, to);
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    use ratatui::{
        backend::TestBackend,
        Terminal, //
    };

    use crate::{
        kernel::source::Source,
        top::{
            keys,
            sample,
            sort::Sort,
            state::Choice, //
        }, //
    };

    /// Draws the files, if they can be read, by worker and by primitive, and presses keys.
    pub(crate) fn draw_in_any_size(source: &Source) {
        let Ok(sample) = sample::read(source) else {
            return;
        };
        let mut model = Model::default();
        model.take(sample);
        if let Ok(again) = sample::read(source) {
            model.take(again);
        }
        let mut view = View::new("1s".parse().unwrap());
        view.message = Some("\x1b[2J".to_owned());
        let mut state = State::new(Choice {
            by: By::Worker,
            sort: Sort::Max,
            reverse: false,
        });
        state.refresh(&model);
        for (width, height) in [(80, 24), (1, 1), (40, 10), (200, 60), (3, 100), (500, 2)] {
            let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
            for key in [
                keys::Key::Tab,
                keys::Key::End,
                keys::Key::Char('s'),
                keys::Key::PageUp,
                keys::Key::Up,
            ] {
                state.press(key, &model);
                terminal
                    .draw(|frame| draw(frame, &model, &mut state, &view))
                    .unwrap();
            }
            let cells = terminal.backend().buffer().content().iter();
            let controls = cells.filter(|cell| cell.symbol().contains(char::is_control));
            assert_eq!(controls.count(), 0, "{width}x{height}");
        }
    }
}
