# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # from other files
#
# The areas of the VM tests, what each says of itself in its first lines, and which machine runs it:
#
#   # machine: OPTIONS    of vm/boot
#   # processors: all     it needs all that the host has: no two such areas run at the same time
#   # taint: BITS # WHY   a taint that the area is known to leave, which then has a machine of its own
#   # needs: CONFIG       it is skipped on kernels that lack that
#   # only with: WHAT      T=all or LENGTH=full: it takes long, and other areas show most of it
#
# Areas of tests/vm/alone have a machine each. Those of tests/vm share some: areas with the same options one,
# and all others are a pool, of which two machines each take the next, so that both end at about the same time,
# and a third one what is left once all other jobs have begun.

# What takes longest is begun first, or it is what all others wait for.
LONGEST=(probe_traps allocation wakes races readers tool_run tool_ways_out samples tool_top cycles device consistency primitives many
	tool_cyclictest tool_doctor causes_races signals tool_control errors histogram moments fuzz cpus)

LAST_MACHINE=machine-3

# The test of the tests has other areas.
AREAS=${AREAS:-tests/vm}

area_file() {
	local file
	for file in "$AREAS/$1.sh" "$AREAS/alone/$1.sh"; do
		[[ ! -e $file ]] || echo "$PROJECT/$file"
	done
}

# says KEY AREA
says() { sed -nE "1,20s/^# $1: //p" "$(area_file "$2")"; }

# Every file is an area, so that none can be forgotten.
all_areas() {
	local file areas
	areas=$(for file in "$AREAS"/*.sh "$AREAS"/alone/*.sh; do
		file=${file##*/}
		[[ $file == lib.sh ]] || echo "${file%.sh}"
	done)
	printf '%s\n' "${LONGEST[@]}" | grep -Fx "$areas"
	printf '%s\n' "${LONGEST[@]}" | grep -Fxvf - <(echo "$areas")
}

# The areas that wait for T=all or LENGTH=full, and those in ELSEWHERE. LENGTH=full has all.
left_out() {
	local area
	[[ ${LENGTH-} != full ]] || return 0
	for area in $(all_areas); do
		if [[ " ${ELSEWHERE-} " == *" $area "* ]]; then
			echo "$area"
			continue
		fi
		case $(says "only with" "$area") in
		T=all*) [[ ${T-} == all ]] || echo "$area" ;;
		LENGTH=full*) echo "$area" ;;
		esac
	done
}

# is_missing AREA: says so if the kernel lacks what it needs.
is_missing() {
	local config
	config=$(says needs "$1")
	[[ -n $config ]] && ! grep -qx "$config" "$kdir/.config" || return
	printf '    # Subtest: %s\n    1..1\n    ok 1 all # SKIP the kernel was built without %s\nok 1 %s\n' "$1" "$config" "$1"
}

# plan AREA…: a file for each machine below $results/plan, with the areas that it may take from
# $results/pool. What needs all processors may only be taken by the first.
plan() {
	local area options busy=() others=()
	for area in "$@"; do
		! is_missing "$area" >"$results/areas/$area" || continue
		rm "$results/areas/$area"
		touch "$results/pool/$area"
		options=$(says machine "$area")
		if [[ -e $AREAS/alone/$area.sh ]]; then
			echo "$area" >"$results/plan/$area"
		elif [[ -n $options ]]; then
			echo "$area" >>"$results/plan/machine${options//[^a-z0-9]/-}"
		elif [[ $(says processors "$area") == all ]]; then
			busy+=("$area")
		else
			others+=("$area")
		fi
	done
	((${#busy[@]} + ${#others[@]} == 0)) || printf '%s\n' "${busy[@]}" "${others[@]}" | grep . >"$results/plan/machine-1"
	((${#others[@]} < 2)) || printf '%s\n' "${others[@]}" >"$results/plan/machine-2"
	((${#others[@]} < 3)) || printf '%s\n' "${others[@]}" >"$results/plan/$LAST_MACHINE"
}
