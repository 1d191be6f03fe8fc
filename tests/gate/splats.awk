# SPDX-License-Identifier: GPL-2.0
#
# awk -f splats.awk POLICY CONSOLE: prints the lines of a console that the policy calls splats, each
# with the area and the test that ran then. A policy that cannot be read is an error, not an empty policy.

FNR == NR && (/^#/ || /^[ \t]*$/) { next }
FNR == NR && $1 == "fault" { faults[++nfaults] = rest($0); next }
FNR == NR && $1 == "allow" && / # ./ {
	sub(/ # .*/, "")
	split(rest($0), parts, / during /)
	allowed[++nallowed] = parts[1]
	tests[nallowed] = parts[2]
	next
}
FNR == NR {
	print FILENAME ":" FNR ": not a rule, or an exception without a reason: " $0
	next
}

/tests: area / { area = $NF; test = "" }
/tests: running / { test = $NF }
{
	for (i = 1; i <= nfaults; i++)
		if ($0 ~ faults[i] && !is_allowed($0)) {
			print "during " (area ? area : "boot") "/" test ": " $0
			next
		}
}

END { if (!nfaults) print "the policy has no rules" }

function rest(line) {
	sub(/^[a-z]+[ \t]+/, "", line)
	return line
}

function is_allowed(line,    i) {
	for (i = 1; i <= nallowed; i++)
		if (line ~ allowed[i] && (tests[i] == "" || test ~ "^" tests[i]))
			return 1
	return 0
}
