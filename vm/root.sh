# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # from other files
#
# A small Debian in a folder with the compiler that built a release's kernels: $suite's, in $compiler_root.

# shellcheck source=vm/apt.sh
. "$PROJECT/vm/apt.sh"
# shellcheck source=vm/tmp.sh
. "$PROJECT/vm/tmp.sh"

# debian PACKAGES TARGET [OPTIONS...]
# shellcheck disable=SC2016 # expanded by the hook
debian() {
	local packages=$1 target=$2
	shift 2
	mmdebstrap "$@" --variant=apt --include="$packages" \
		--aptopt='APT::Install-Recommends "false"' \
		--aptopt='APT::Sandbox::User "root"' \
		--aptopt='Acquire::Retries "3"' \
		--aptopt='Acquire::Languages "none"' \
		--setup-hook="copy-in $settings /etc/apt/apt.conf.d" \
		--customize-hook='rm "$1"/etc/apt/apt.conf.d/99this-machine' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		"$suite" "$target" ${mirror:+"$mirror"}
}

# Newer kernels are in the backports, on the same mirror.
add_backports() {
	local sources=$1/etc/apt/sources.list
	((${#suites[@]} > 1)) || return 0
	sed -n "s/^\(deb .*\) $suite main\$/\1 ${suites[1]} main/p" "$sources" >"$sources.d/backports.list"
	[[ -s $sources.d/backports.list ]]
}

# new_root PACKAGE…: what it has beside the compiler
new_root() {
	local new=$compiler_root.tmp packages mirror folder
	settings=$BUILD/99this-machine
	packages=$(printf '%s\n' "$(compiler_packages)" "$@" | xargs)
	# This machine's settings of apt hold while the root is made, and do not stay in it: it may be carried on.
	trap 'rm -f "$settings"' EXIT
	apt_settings_file >"$settings"
	mirror=$(choose_mirror)
	[[ -z $mirror || -n $MIRROR ]] || echo "note: packages come from this machine's mirror, $mirror; MIRROR= is another"

	rm -rf "$new"
	mkdir -p "$new"
	if is_root; then
		debian "$packages" "$new" --mode=root --format=directory
	else
		# Through a tar stream every file belongs to the user, who needs no sub-ids from here on.
		# Until then the files have other owners, in a place that those can reach.
		folder=$(temporary_folder)
		TMPDIR=$folder debian "$packages" - --mode=unshare --format=tar |
			tar -x --no-same-owner --exclude='./dev/*' -C "$new"
	fi
	# Mount points, as the host's files are bound over them.
	rm -f "$new"/etc/{resolv.conf,hosts}
	touch "$new"/etc/{resolv.conf,hosts}
	add_backports "$new"
	mv "$new" "$compiler_root"
}
