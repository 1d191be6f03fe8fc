# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# Which kernel is taken, from archives that we make up.

# archive RELEASE…: an archive with all packages of these, the newest first; -norust: without Rust.
archive() {
	BUILD=$work/build debs=$work/debs
	mkdir -p "$BUILD" "$debs"
	: >"$work/packages"
	program dpkg-deb "tar -C $work/tree -c ."
	local release name
	for release in "$@"; do
		name=${release%-norust}
		[[ $name != "$release" ]] || echo "$name" >>"$work/rust"
		printf '%s\n' "linux-headers-$name" "linux-binary-$name" "linux-source-$(cut -d. -f1,2 <<<"$name")" >>"$work/packages"
	done
}

in_root() {
	case $1\ $2 in
	"apt-cache madison") ! grep -qx "$3" "$work/packages" || echo "$3 | 1.0-1 | archive" ;;
	"apt-cache pkgnames") grep "^$3" "$work/packages" ;;
	"bash "*) "$@" ;;
	*) fault "unknown: $*" ;;
	esac
}

# A package that has only a configuration, as long as a real one.
apt_get() {
	local dir=$work/tree/usr/src/linux-headers-$release
	mkdir -p "$dir"
	{
		! grep -qx "$release" "$work/rust" || echo CONFIG_RUST=y
		seq 1 50000
	} >"$dir/.config"
}

# resolves RELEASE [NOTE]: that is what KERNEL means in this archive.
resolves() {
	local note
	resolve >"$work/note"
	note=$(<"$work/note")
	expect release "$1" "$release"
	# shellcheck disable=SC2053 # a pattern
	[[ $note == ${2-} ]] || fault "it said: $note"
}

test_the_series_that_is_asked_for_is_taken() {
	archive 7.3.4+deb13-cloud-amd64 7.2.12+deb13-cloud-amd64
	resolves 7.2.12+deb13-cloud-amd64
}

test_when_it_has_left_the_newest_with_rust_is_taken() {
	archive 7.5.1+deb13-cloud-amd64-norust 7.4.2+deb13-cloud-amd64 7.3.4+deb13-cloud-amd64 6.12.9+deb13-cloud-amd64
	resolves 7.4.2+deb13-cloud-amd64 "note: kernel 7.2 has left the archive*: taking 7.4, *"
}

test_the_same_for_the_kernel_that_is_built_here() {
	KERNEL=debug
	archive 7.10.1+deb13-cloud-amd64 7.9.2+deb13-cloud-amd64
	resolves 1.0-debug "note: kernel 7.2 has left the archive*: taking 7.10, *"
}

test_nothing_that_is_too_old_is_taken() {
	archive 6.12.9+deb13-cloud-amd64
	expect_error "Debian's archive * has no complete cloud-amd64 kernel of series 7.2, and no newer one with Rust" resolve
	KERNEL=debug
	expect_error "Debian's archive * has no kernel source of 7.2 or newer" resolve
}
