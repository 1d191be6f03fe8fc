# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # from other files
#
# What the jobs of tests/run left below $results, as tests/job says: counts, failures, times.

# counts NAME: "PASSED FAILED SKIPPED" of an area or another job. One that ended badly although none of its
# tests failed has failed once, and so has what was never run.
counts() {
	local file=$results/areas/$1 status=0 counts=(0 0 0)
	if [[ -e $results/jobs/$1.status ]]; then
		file=$results/jobs/$1
		status=$(<"$file.status")
	fi
	if [[ ! -e $file ]]; then
		:
	elif [[ $(tail -n 1 "$file") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
		counts=("${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" 0)
	else
		read -ra counts < <(awk -f tests/gate/count.awk "$file")
	fi
	((counts[1] == 0)) || status=0
	((status == 0 && counts[0] + counts[1] + counts[2] > 0)) || counts[1]=$((counts[1] + 1))
	echo "${counts[*]}"
}

has_failed() {
	local failed
	read -r _ failed _ < <(counts "$1")
	((failed))
}

# show_failures NAME…: what failed in each.
show_failures() {
	local name
	for name in "$@"; do
		if [[ -e $results/areas/$name ]]; then
			awk -f tests/gate/failures.awk "$results/areas/$name"
		elif [[ -e $results/jobs/$name ]]; then
			awk -f tests/gate/failures.awk "$results/jobs/$name" | grep . || tail -n 20 "$results/jobs/$name" | sed 's/^/    /'
		else
			echo "    $name: was not run"
		fi
	done
}

# The verdicts on machines that have passed. One that has failed is an area's failure.
passed_verdicts() { cat "$results"/machines/*/verdict 2>/dev/null | grep -c '^ *ok [0-9]' || true; }

# The longest first, with the seconds of processors.
show_times() { sort -rn "$results/times" | awk '{ printf "%8d %6d  ", $1, $2; $1 = $2 = ""; print substr($0, 3) }'; }
