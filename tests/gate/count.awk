# SPDX-License-Identifier: GPL-2.0
#
# Counts the results in KTAP output and prints "PASSED FAILED SKIPPED".
#
# Indented results are those of tests. A result at the left edge ends the area that they belong to.
# An area counts as one more failure if it failed although none of its tests did, or if it did not
# run as many tests as it had planned, or none: then it ended too early.

/^ +1\.\.[0-9]+/ { planned = substr($1, 4) + 0 }

/^ +(not )?ok [0-9]+/ {
	ran++
	if ($1 == "not") { failed++; failed_here++ }
	else if (/# SKIP/) skipped++
	else passed++
}

/^(not )?ok / {
	if (!failed_here && ($1 == "not" || ran != planned || !ran))
		failed++
	ran = planned = failed_here = 0
}

END { print passed + 0, failed + 0, skipped + 0 }
