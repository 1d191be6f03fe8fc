// SPDX-License-Identifier: GPL-2.0

//! What the user chose, and the rows in that order.

use super::{
    keys::Key as Pressed,
    model::{
        Item,
        Model, //
    },
    sort::Sort, //
};

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Worker,
    Wait,
}

/// A row, wherever it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Worker(u64),
    Wait(String),
}

/// What can be asked for when it is started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    pub(crate) by: By,
    pub(crate) sort: Sort,
    pub(crate) reverse: bool,
}

pub(crate) struct State {
    pub(crate) choice: Choice,
    /// The chosen row; the first one, whichever that is, until another is chosen.
    chosen: Option<Key>,
    pub(crate) paused: bool,
    pub(crate) ended: bool,
    /// The rows in their order, and the place of the chosen one.
    pub(crate) items: Vec<Item>,
    pub(crate) at: usize,
    /// The first row on the screen, and how many there are.
    first: usize,
    page: usize,
}

impl State {
    pub(crate) fn new(choice: Choice) -> Self {
        Self {
            choice,
            chosen: None,
            paused: false,
            ended: false,
            items: Vec::new(),
            at: 0,
            first: 0,
            page: 1,
        }
    }

    /// Sorts the rows of what was read anew. The chosen row stays the chosen one.
    pub(crate) fn refresh(&mut self, model: &Model) {
        let Choice { by, sort, reverse } = self.choice;
        self.items = model.items(by);
        sort.sort(&mut self.items, reverse);
        let place = self.chosen.as_ref().and_then(|chosen| {
            let mut keys = self.items.iter().map(|item| model.key(by, item));
            keys.position(|key| key.as_ref() == Some(chosen))
        });
        self.at = match (place, &self.chosen) {
            (Some(place), _) => place,
            (None, None) => 0,
            // It has gone: the one that is there now.
            (None, Some(_)) => self.at.min(self.items.len().saturating_sub(1)),
        };
    }

    /// The chosen row.
    pub(crate) fn item(&self) -> Option<&Item> {
        self.items.get(self.at)
    }

    /// The first row to show where so many fit, so that the chosen one is seen.
    pub(crate) fn scroll(&mut self, page: usize) -> usize {
        self.page = page.max(1);
        let last = self.items.len().saturating_sub(self.page);
        let least = (self.at + 1).saturating_sub(self.page);
        self.first = self.first.clamp(least, least.max(self.at)).min(last);
        self.first
    }

    /// Does what a key asks for.
    pub(crate) fn press(&mut self, key: Pressed, model: &Model) {
        match key {
            Pressed::Char('q') | Pressed::Escape | Pressed::Interrupt => self.ended = true,
            Pressed::Char('p' | ' ') => self.paused = !self.paused,
            Pressed::Tab => {
                self.choice.by = match self.choice.by {
                    By::Worker => By::Wait,
                    By::Wait => By::Worker,
                };
                self.chosen = None;
                self.refresh(model);
            }
            Pressed::Char('s' | '>') => self.sort(self.choice.sort.step(false), model),
            Pressed::Char('S' | '<') => self.sort(self.choice.sort.step(true), model),
            Pressed::Char('r') => {
                self.choice.reverse = !self.choice.reverse;
                self.refresh(model);
            }
            Pressed::Up | Pressed::Char('k') => self.choose(self.at.saturating_sub(1), model),
            Pressed::Down | Pressed::Char('j') => self.choose(self.at.saturating_add(1), model),
            Pressed::PageUp => self.choose(self.at.saturating_sub(self.page), model),
            Pressed::PageDown => self.choose(self.at.saturating_add(self.page), model),
            Pressed::End => self.choose(usize::MAX, model),
            Pressed::Home => {
                self.chosen = None;
                self.at = 0;
            }
            Pressed::Char(_) | Pressed::Other => {}
        }
    }

    fn sort(&mut self, sort: Sort, model: &Model) {
        self.choice.sort = sort;
        self.refresh(model);
    }

    fn choose(&mut self, place: usize, model: &Model) {
        self.at = place.min(self.items.len().saturating_sub(1));
        self.chosen = self
            .items
            .get(self.at)
            .and_then(|item| model.key(self.choice.by, item));
    }
}
