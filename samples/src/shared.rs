// SPDX-License-Identifier: GPL-2.0

// What each sample includes: the main module's layers with `unsafe` code, from its own source. A
// sample needs some of it.

#[allow(dead_code, unused_imports, unused_macros)]
#[path = "../../src/abstractions/mod.rs"]
mod abstractions;
#[path = "../../src/bindings/mod.rs"]
mod bindings;
