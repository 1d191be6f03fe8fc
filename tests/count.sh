# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Adding up what several test commands say of themselves.

passed=0 failed=0 skipped=0 flaky=() took=()

# count COMMAND [ARGS...]: run it, and add up what its last lines say. No such line, no test, or a
# bad status without a failed test is a failure of its own.
count() {
	local log status=0 started=$SECONDS words
	log=$(mktemp)
	printf '\n##### %s\n' "$*"
	"$@" 2>&1 | tee "$log" || status=$?
	if [[ $(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1) =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
		passed=$((passed + BASH_REMATCH[1]))
		failed=$((failed + BASH_REMATCH[2]))
		skipped=$((skipped + ${BASH_REMATCH[4]:-0}))
		((BASH_REMATCH[1] > 0 && (status == 0 || BASH_REMATCH[2] > 0))) || failed=$((failed + 1))
	else
		echo "error: '$*' ended with status $status and without its counts"
		failed=$((failed + 1))
	fi
	read -ra words < <(sed -n 's/^flaky: //p' "$log" | tail -n 1)
	flaky+=("${words[@]}")
	rm -f "$log"
	took+=("$((SECONDS - started)) s  $*")
}

# How long each took, what is flaky, the last line, and the status.
total() {
	local line="$passed passed, $failed failed"
	((skipped == 0)) || line+=", $skipped skipped"
	printf '\n'
	printf '##### %s\n' "${took[@]}"
	((${#flaky[@]} == 0)) || echo "flaky: ${flaky[*]}"
	echo "$line"
	((failed == 0 && passed > 0))
}
