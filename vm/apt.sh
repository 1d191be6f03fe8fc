# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # from other files
#
# Where this machine takes packages from: the root's apt does not read /etc/apt.
#
#   APT_OPTIONS="NAME=VALUE …"   more settings of apt, such as Acquire::Check-Valid-Until=false

# What of this machine's settings holds for the root's apt, one NAME=VALUE a line: proxies, and whether an
# index may be old. The rest (paths, pinning, hooks) is this machine's own affair.
apt_settings() {
	local name
	if command -v apt-config >/dev/null; then
		apt-config dump --format '%f=%v%n' Acquire 2>/dev/null |
			grep -iE '^Acquire::((http|https)::Proxy(::[^=]+)?|Check-Valid-Until|Check-Date)=.' || true
		apt_detected_proxy
	fi
	for name in ${APT_OPTIONS-}; do printf '%s\n' "$name"; done
}

# The same as apt's files have it.
apt_settings_file() {
	apt_settings | sed -E 's/^([^=]+)=(.*)/\1 "\2";/'
}

check_apt_options() {
	local name
	for name in ${APT_OPTIONS-}; do
		[[ $name == ?*=?* ]] || die "APT_OPTIONS: $name is not NAME=VALUE"
	done
}

# A program of this machine that says which proxy to use (auto-apt-proxy). It may answer DIRECT, or nothing.
apt_detected_proxy() {
	local program proxy
	program=$(apt-config dump --format '%v%n' Acquire::http::Proxy-Auto-Detect 2>/dev/null | grep . | tail -n 1) || return 0
	[[ -x $program ]] || return 0
	proxy=$("$program" "${MIRROR:-$DEFAULT_MIRROR}" 2>/dev/null | head -n 1) || return 0
	[[ $proxy != http*://* ]] || printf '%s\n' "Acquire::http::Proxy=$proxy"
}

# The first mirror of Debian in this machine's sources, if it is a Debian: what serves its own release
# may not have others.
host_mirror() {
	local etc=${APT_ETC:-/etc/apt} os=${OS_RELEASE:-/etc/os-release}
	grep -qx 'ID=debian' "$os" 2>/dev/null || return 0
	cat "$etc/sources.list" "$etc"/sources.list.d/*.list "$etc"/sources.list.d/*.sources 2>/dev/null |
		sed -nE 's#^(deb +(\[[^]]*\] +)?|URIs: *)(https?://[^ ]*/debian/?)( .*)?$#\3#p' | head -n 1
}

# apt's own program knows the proxies; it must not use passwords that the root has not.
mirror_has_suites() {
	local suite
	for suite in "${suites[@]}"; do
		timeout 60 /usr/lib/apt/apt-helper -o Dir::Etc::netrc=/dev/null -o Dir::Etc::netrcparts=/dev/null \
			download-file "${1%/}/dists/$suite/InRelease" "$2" >/dev/null 2>&1 || return 1
	done
}

# The mirror to use: MIRROR=, or this machine's own if it has what is needed, or nothing.
choose_mirror() {
	local own file
	if [[ -n $MIRROR ]]; then
		echo "$MIRROR"
		return
	fi
	own=$(host_mirror)
	[[ -n $own && ${own%/} != "$DEFAULT_MIRROR" ]] || return 0
	file=$(mktemp -p "$BUILD")
	! mirror_has_suites "$own" "$file" || echo "$own"
	rm -f "$file"
}
