# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # for, and from, other files
#
# What the kit's scripts share: where things are, and how they speak.

PROJECT=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd -P)
# All that is made. As for the kernel, O=DIR puts it elsewhere.
BUILD=$(realpath -m -- "${O:-$PROJECT/build}")
[[ -z ${O-} ]] || export O=$BUILD
ROOT=$BUILD/root
LOGS=$BUILD/log
# Inside the root both are at these paths, too: the kernel's build system and virtme-ng know only plain
# ones, and what was built may then be moved.
PLAIN_PROJECT=/kit/project
PLAIN_BUILD=/kit/build
KERNEL=${KERNEL:-cloud}

# shellcheck source=vm/arch.sh
. "$PROJECT/vm/arch.sh"
arch=$MACHINE
# shellcheck source=vm/config
. "$PROJECT/vm/config"
# shellcheck source=vm/suite.sh
. "$PROJECT/vm/suite.sh"
load_suite "$SUITE"

say() {
	printf '%s\n' "$*" >&2
}

die() {
	say "error: $*"
	exit 1
}

# Whether what is made lies outside of the project, which is then only read.
is_elsewhere() {
	[[ $BUILD/ != "$PROJECT"/* ]]
}

# Ordinary users run the same steps; only the way into a user namespace differs.
is_root() {
	[[ $EUID -eq 0 ]]
}

# as_owner_of DIR COMMAND…: with sudo, unless who runs this may write to DIR, or to what there is of it.
as_owner_of() {
	local folder=$1
	shift
	until [[ -e $folder ]]; do folder=$(dirname "$folder"); done
	if is_root || [[ -w $folder ]]; then "$@"; else sudo "$@"; fi
}

# owner_of FILE: the package that it belongs to. /lib may be a link to /usr/lib, by which dpkg knows it.
owner_of() {
	local path=${1#"${DESTDIR-}"} admin=${DESTDIR-}/var/lib/dpkg
	[[ ! -d $admin ]] || ! command -v dpkg-query >/dev/null ||
		dpkg-query --admindir="$admin" -S "$path" "/usr$path" 2>/dev/null | sed 's/: .*//; q' || true
}

check_kernel_name() {
	[[ -v KERNELS[$KERNEL] ]] ||
		die "KERNEL=$KERNEL is not one of: $(printf '%s\n' "${!KERNELS[@]}" | sort | xargs)"
}

# A release is what `uname -r` prints. RELEASE= asks for one by name, KERNEL= for a test kernel.
versions_file() {
	if [[ -n ${RELEASE-} ]]; then
		printf '%s\n' "$BUILD/releases/$RELEASE/versions"
	else
		printf '%s\n' "$BUILD/kernels/$KERNEL/versions"
	fi
}

# Sets release, version (Debian's), series and the directories that belong to them.
load_versions() {
	local file
	file=$(versions_file)
	[[ -e $file ]] || return 1
	# shellcheck source=/dev/null
	. "$file"
	release_dir=$BUILD/releases/$release
	kdir=$release_dir/kdir
	source_dir=$BUILD/source/$version
	vmlinuz=$release_dir/vmlinuz
	module_dir=$BUILD/module/$release
	ko=$module_dir/kthread_counter.ko
	samples_dir=$BUILD/samples/$release
	load_arch "$(arch_of "$release")"
	load_suite "$(suite_of "$release")"
	arch_folders
}

# load_wanted: sets what load_arch and load_suite do for KERNEL= (or RELEASE=) before it is known which release that is.
load_wanted() {
	load_arch "$(arch_of "${RELEASE:-${KERNELS[$KERNEL]}}")"
	if [[ -z ${RELEASE-} && -v SUITES[$KERNEL] ]]; then
		load_suite "$KERNEL"
	else
		load_suite "$(suite_of "${RELEASE-}")"
	fi
	arch_folders
}

# The program's folder, and the root of a machine with another processor than this one's. What is for one has a suffix.
arch_folders() {
	arch_suffix=''
	! is_cross || arch_suffix=-$arch
	tool_dir=$BUILD/tool$arch_suffix guest_root=$BUILD/guest-$arch
}

# Whether KERNEL is built here, and not Debian's.
is_built() {
	[[ -z ${RELEASE-} && ${KERNELS[$KERNEL]} == *' built' ]]
}

# plain TEXT: with the project's paths as the plain ones.
plain() {
	local text=${1//"$BUILD"/"$PLAIN_BUILD"}
	printf '%s\n' "${text//"$PROJECT"/"$PLAIN_PROJECT"}"
}

# Of gcc, rustc and objtool, warnings are errors.
strict=(KCFLAGS=-Werror KRUSTFLAGS=-Dwarnings CONFIG_OBJTOOL_WERROR=y)

# The kernel's make inside the root. Debian's are told what Debian's build was told; KASAN knows
# Rust code only if the rest comes from LLVM, too. Messages name files by the paths that they have here.
kernel_make() {
	local compilers=(CC="$triplet-gcc-$gcc") arg args=()
	! is_cross || compilers+=(CROSS_COMPILE="$triplet-")
	! is_built || compilers=(LLVM=1)
	for arg in "$@"; do args+=("$(plain "$arg")"); done
	in_root make ARCH="$kernel_arch" "${compilers[@]}" -j"$(nproc)" "${args[@]}" 2>&1 |
		sed -u "s|$PLAIN_BUILD/|$BUILD/|g; s|$PLAIN_PROJECT/|$PROJECT/|g"
}
