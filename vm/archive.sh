# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # for, and from, other files
#
# Which kernel KERNEL= (or RELEASE=) means today: what Debian's archive has of it.

debs=$BUILD/debs

# apt's own settings, and lists, for a kernel of another processor.
apt_arch() {
	! is_cross || printf -- '-o=%s\n' APT::Architecture="$arch" APT::Architectures="$arch" \
		Dir::State::Lists="/var/lib/apt/lists-$arch" Dir::Cache::pkgcache= Dir::Cache::srcpkgcache=
}

apt_cache() {
	local options
	mapfile -t options < <(apt_arch)
	in_root apt-cache "$@" "${options[@]}"
}

# With what this machine's apt is told.
apt_get() {
	local options
	mapfile -t options < <(apt_arch && apt_settings | sed 's/^/-o=/')
	! is_cross || mkdir -p "$compiler_root/var/lib/apt/lists-$arch/partial"
	in_root apt-get -o=APT::Sandbox::User=root -o=Acquire::Retries=3 "${options[@]}" "$@"
}

# For people.
all_suites() {
	local names=${suites[*]}
	echo "${names// / and }"
}

# The newest version of a package in the archive, or nothing.
archive_version() {
	apt_cache madison "$1" | awk 'NR == 1 { print $3 }'
}

archive_has() {
	apt_cache madison "$1" | awk -v version="$2" '$3 == version { found = 1 } END { exit !found }'
}

# Sets version, series and image if the archive has all that belongs to this release.
complete() {
	release=$1
	series=$(cut -d. -f1,2 <<<"$release")
	version=$(archive_version "linux-headers-$release")
	[[ -n $version ]] && archive_has "linux-source-$series" "$version" || return 1
	for image in "linux-binary-$release" "linux-binary-unsigned-$release"; do
		! archive_has "$image" "$version" || return 0
	done
	return 1
}

# For a kernel that is built here: the source that is there already, or the newest.
resolve_source() {
	series=$1 image=none
	version=$(awk -F= '$1 == "version" { version = $2 } $0 == "series=" series { print version; exit }' \
		series="$series" "$BUILD"/kernels/*/versions 2>/dev/null || true)
	[[ -n $version ]] && archive_has "linux-source-$series" "$version" ||
		version=$(archive_version "linux-source-$series")
	if [[ -z $version ]]; then
		series=$(newest_series)
		version=$(archive_version "linux-source-$series")
		[[ -n $version ]] || die "Debian's archive ($(all_suites)) has no kernel source of $OLDEST_KERNEL or newer"
		say_left "$1"
	fi
	release=${version%%-*}-$KERNEL
}

# Releases of a series (or of all) in a flavour, the newest first.
releases() {
	local series=$1 flavour=$2
	[[ $series != newest ]] || series='[0-9]+\.[0-9]+'
	apt_cache pkgnames linux-headers- |
		sed -nE "s/^linux-headers-($series\.[0-9]+\+deb[0-9]+-$flavour)\$/\1/p" | sort -rV
}

# A series has left the archive if a newer one has come. Which of the others can be used?
say_left() {
	echo "note: kernel $1 has left the archive ($(all_suites)): taking $series, the newest there; vm/config names the series"
}

not_older() {
	[[ $(printf '%s\n' "$OLDEST_KERNEL" "$1" | sort -V | head -n 1) == "$OLDEST_KERNEL" ]]
}

newest_series() {
	local name
	apt_cache pkgnames linux-source- | sed -nE 's/^linux-source-([0-9]+\.[0-9]+)$/\1/p' | sort -rV | head -n 1 |
		while read -r name; do ! not_older "$name" || echo "$name"; done
}

# Only the headers say whether a kernel has Rust.
has_rust() {
	local deb=$debs/linux-headers-${release}_${version}_$arch.deb
	(cd "$debs" && apt_get download "linux-headers-$release=$version") || return
	# grep reads to the end: who writes must not meet a closed pipe.
	# shellcheck disable=SC2016 # expanded inside
	in_root bash -euo pipefail -c 'dpkg-deb --fsys-tarfile "$1" | tar -xO "./usr/src/linux-headers-$2/.config" |
		grep -x CONFIG_RUST=y >/dev/null' - "$deb" "$release" && return
	rm -f "$deb"
	return 1
}

# The kernels of one series should be one version: start with the one that is already here.
candidates() {
	local series=$1 flavour=$2 file other
	for file in "$BUILD"/kernels/*/versions; do
		[[ -e $file ]] || continue
		other=$(sed -n 's/^release=//p' "$file")
		[[ $other == "$series".* ]] && printf '%s\n' "${other%%-*}-$flavour"
	done
	releases "$series" "$flavour"
}

resolve() {
	local wanted flavour candidate
	if [[ -n ${RELEASE-} ]]; then
		complete "$RELEASE" || die "Debian's archive ($(all_suites)) has no linux-headers-$RELEASE" \
			"with a source package of the same version: upgrade to a kernel that it has, or build your own with CONFIG_RUST=y"
		return
	fi
	read -r wanted flavour <<<"${KERNELS[$KERNEL]}"
	if is_built; then
		resolve_source "$wanted"
		return
	fi
	while read -r candidate; do
		! complete "$candidate" || return 0
	done < <(candidates "$wanted" "$flavour")
	[[ $wanted == newest ]] || while read -r candidate; do
		if not_older "$candidate" && complete "$candidate" && has_rust; then
			say_left "$wanted"
			return
		fi
	done < <(releases newest "$flavour")
	die "Debian's archive ($(all_suites)) has no complete $flavour kernel of series $wanted, and no newer one with Rust"
}
