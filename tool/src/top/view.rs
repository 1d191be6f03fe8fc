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
        Widget, //
    },
    Frame, //
};

use super::{
    columns,
    interval::Interval,
    model::Model,
    pictures::{
        Chosen,
        NARROWEST, //
    },
    state::{
        By,
        State, //
    }, //
};
use crate::{
    error::one_line,
    output::{
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
        if let Some(chosen) = Chosen::of(model, state, right.width) {
            chosen.render(view.interval, view.paint(Color::Cyan), right, to);
        }
        return;
    }
    let has_room = area.height >= HIGH && area.width >= NARROWEST;
    let chosen = has_room.then(|| Chosen::of(model, state, area.width));
    let Some(chosen) = chosen.flatten() else {
        return table(model, state, view, body, to);
    };
    let lines = below(body.height, state.items.len(), chosen.lines());
    let [above, below] =
        Layout::vertical([Constraint::Fill(1), Constraint::Length(lines)]).areas(body);
    table(model, state, view, above, to);
    chosen.render(view.interval, view.paint(Color::Cyan), below, to);
}

/// How many lines the pictures below so many rows get: those that the rows leave, and at least half of all.
fn below(height: u16, rows: usize, pictures: u16) -> u16 {
    let table = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(1);
    let left = height.saturating_sub(table);
    pictures.min(left.max(height / 2))
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

    #[test]
    fn the_table_and_the_pictures_share_the_height() {
        // All fit: nothing is between them, or only what nobody needs.
        assert_eq!(below(22, 9, 12), 12);
        assert_eq!(below(22, 2, 12), 12);
        // The histogram loses its early lines before a row is lost.
        assert_eq!(below(22, 9, 20), 12);
        assert_eq!(below(21, 9, 20), 11);
        // Half is left to the pictures, as far as they need it.
        assert_eq!(below(22, 32_768, 20), 11);
        assert_eq!(below(22, usize::MAX, 7), 7);
        assert_eq!(below(0, 9, 12), 0);
    }

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
