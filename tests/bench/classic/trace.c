// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoint's own code.
 */

#define CREATE_TRACE_POINTS
#include "trace.h"
