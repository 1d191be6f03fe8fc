# SPDX-License-Identifier: GPL-2.0
#
# Prints the failed tests of KTAP output, each after the lines that explain it, and then what failed an
# area beside its tests.

/^ *# Subtest: / { area = $3; why = ""; next }
/^ *# Totals: / { next }
/^ +# / { why = why $0 "\n"; next }

/^ +not ok [0-9]+/ { printf "%s    %s: %s\n", why, area, $4; shown++ }
/^not ok / && (!shown || why) { printf "%s    %s: ended too early, or failed as a whole\n", why, area }
/^(not )?ok / { shown = 0 }
{ why = "" }
