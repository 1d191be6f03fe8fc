// SPDX-License-Identifier: GPL-2.0

//! The real binary, on recorded files.

mod common;
mod compare;
mod compare_points;
mod control;
mod doctor;
mod export;
mod export_server;
mod help;
mod hist;
mod percentiles;
mod report;
mod run;
mod schema;
mod show;
mod status;
mod svg;
mod terminal;
mod tmux;
mod top;
mod top_terminal;
mod unknown;
