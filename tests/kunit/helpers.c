// SPDX-License-Identifier: GPL-2.0
/* An object of its own for each module: the other one is next to that module's other objects. */
#include "../../src/bindings/helpers.c"
