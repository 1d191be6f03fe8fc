# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the checks share. A check is a program of this folder that prints what is wrong, and fails
# if there is something. It looks at the project, or at TREE, a copy under build/ with a fault in it.

# shellcheck source=vm/lib.sh
. "${BASH_SOURCE[0]%/*}/../../vm/lib.sh"
export KERNEL

load_versions || die "the $KERNEL kernel is not set up: run make kernel KERNEL=$KERNEL"
cd "${TREE:-$PROJECT}" || exit

# project_files [CONDITIONS...]: what is not built or cloned.
# shellcheck disable=SC2120 # the arguments are for find
project_files() {
	find . \( -path ./build -o -path "./${BUILD#"$PROJECT"/}" -o -path ./.git -o -name target \) -prune -o -type f "$@" -print | sed 's|^\./||' | sort
}

rust_files() {
	find src -name '*.rs' | sort
}

# Each is a crate.
sample_files() {
	find samples/src -name '*.rs' ! -name shared.rs | sort
}

# The layers that may contain unsafe code; all other source may not.
is_safe_layer() {
	[[ $1 != src/bindings/* && $1 != src/abstractions/* ]]
}

# compile OUTPUT [MAKE ARGUMENTS...]: build the tree from nothing; kbuild says each warning once.
compile() {
	local output=$1
	shift
	rm -rf "$output"
	mkdir -p "$output"
	kernel_make -C "$kdir" M="$PWD" MO="$output" "$@" modules 2>&1
}

# copy_tree TO: a copy of this tree to put a fault into.
copy_tree() {
	rm -rf "$1"
	mkdir -p "$1"
	tar -c --exclude=./build --exclude="./${BUILD#"$PROJECT"/}" --exclude=./.git --exclude=target . | tar -x -C "$1"
}
