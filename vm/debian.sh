# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2153,SC2154 # from other files
#
# A fresh Debian in a folder: what packages are made in, and what they are tried on.

# shellcheck source=vm/apt.sh
. "$PROJECT/vm/apt.sh"
# shellcheck source=vm/tmp.sh
. "$PROJECT/vm/tmp.sh"

# Which release, and what else mmdebstrap is told.
debian_suite=$SUITE debian_options=()

# The mirror that the release's compiler came from: what has one release may not have another.
mirror_of_root() {
	local root=$ROOT
	[[ $debian_suite == "$SUITE" ]] || root=$BUILD/root-$debian_suite
	sed -n "s/^deb \([^ ]*\) $debian_suite main\$/\1/p" "$root/etc/apt/sources.list"
}

# new_debian TARGET PACKAGE…, with the mirror and the proxies that the toolchain root was made with
new_debian() {
	local target=$1 packages=("${@:2}") settings=$BUILD/99packages folder mirror
	local options=(--variant=apt "${packages[@]/#/--include=}"
		--aptopt='APT::Install-Recommends "false"' --aptopt='APT::Sandbox::User "root"'
		--aptopt='Acquire::Retries "3"' --aptopt='Acquire::Languages "none"'
		--setup-hook="copy-in $settings /etc/apt/apt.conf.d" "${debian_options[@]}")
	apt_settings_file >"$settings"
	mirror=$(mirror_of_root)
	rm -rf "$target.tmp"
	mkdir -p "$target.tmp"
	if is_root; then
		mmdebstrap --mode=root --format=directory "${options[@]}" "$debian_suite" "$target.tmp" "$mirror" || return
	else
		folder=$(temporary_folder)
		TMPDIR=$folder mmdebstrap --mode=unshare --format=tar "${options[@]}" "$debian_suite" - "$mirror" |
			tar -x --no-same-owner --exclude='./dev/*' -C "$target.tmp" || return
	fi
	rm -f "$settings" "$target.tmp"/etc/{resolv.conf,hosts}
	touch "$target.tmp"/etc/{resolv.conf,hosts}
	rm -rf "$target"
	mv "$target.tmp" "$target"
}
