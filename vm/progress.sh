# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Run one long step, show that it lives, and explain it when it dies.

# Silence looks like a hang. On a terminal one line is alive, elsewhere there is one now and then.
show_progress() {
	local heading=$1 seconds=$2 log=$3 last line
	last=$(tail -n 1 "$log" | tr -d '\r\t')
	line="$heading ${seconds}s $last"
	if [[ -t 2 ]]; then
		printf '\r\e[K%s' "${line:0:$(tput cols 2>/dev/null || echo 80) - 1}" >&2
	elif ((seconds > 0 && seconds % 15 == 0)); then
		say "${line:0:150}"
	fi
}

# What the tools' own messages mean, in one line; fails if it does not know.
explain() {
	local log=$1 again='then run the same command again'
	if tail -n 1 "$log" | sed -n 's/^error: //p' | grep .; then
		return # said by the kit itself
	elif grep -qiE 'no space left|disk quota' "$log"; then
		echo "the disk is full: free some space under $PROJECT, $again"
	elif grep -qiE 'could not resolve|temporary failure|(could not|unable to|failed to) connect|network is unreachable|connection (refused|timed out)|max retries' "$log"; then
		echo "the network does not answer: check the connection, the proxy and MIRROR=${MIRROR:-the default}, $again"
	elif grep -qE 'Release file .* (is expired|is not valid yet)' "$log"; then
		echo "the mirror's index is too old, or this machine's clock is wrong ($(date +%F)): set the clock, give another MIRROR=, or take it as it is with APT_OPTIONS=Acquire::Check-Valid-Until=false; $again"
	elif grep -qiE 'no matching distribution found' "$log"; then
		echo "the Python index does not have what is needed: check PIP_INDEX_URL and pip.conf, $again"
	elif grep -qE 'NO_PUBKEY|EXPKEYSIG' "$log"; then
		echo "this machine does not know the archive's key: update the package debian-archive-keyring, $again"
	elif grep -qE '404 +Not Found|Unable to locate package|Version .* was not found|Failed to fetch' "$log"; then
		echo "the archive did not give a package, which may have moved on: run the same command again"
	else
		return 1
	fi
}

# run_step HEADING LOG COMMAND [ARGS...]
run_step() {
	local heading=$1 log=$2 pid status=0 start=$SECONDS shown=-1
	shift 2
	mkdir -p "${log%/*}"
	: >"$log"
	[[ -t 2 ]] || say "$heading"

	# A process group of its own: an interrupt then ends all of it, however it was started.
	set -m
	"$@" >>"$log" 2>&1 </dev/null &
	pid=$!
	set +m
	# shellcheck disable=SC2064 # this pid, now
	trap "kill -TERM -- -$pid; wait $pid || true; say 'interrupted: the same command continues'; exit 130" INT TERM HUP
	while kill -0 "$pid" 2>/dev/null; do
		if ((SECONDS - start != shown)); then
			shown=$((SECONDS - start))
			show_progress "$heading" "$shown" "$log"
		fi
		sleep 0.1
	done
	wait "$pid" || status=$?
	trap - INT TERM HUP

	[[ ! -t 2 ]] || printf '\r\e[K' >&2
	if ((status)); then
		say "$heading FAILED after $((SECONDS - start)) s (log: ${log#"$PROJECT"/})"
		explain "$log" | sed 's/^/error: /' >&2 && exit 1
		tail -n 40 "$log" | sed 's/^/    /' >&2
		die "it failed with status $status; the end of its log is above"
	fi
	say "$heading done in $((SECONDS - start)) s"
	# What a step wants to be known although all is well.
	sed -n '/^note: /p' "$log" >&2
}
