# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # from vm/lib.sh
#
# What run and profile share.

# build_classic FOLDER: builds the C modules as FOLDER/classic/{classic,probes}.ko.
build_classic() {
	mkdir -p "$1/classic"
	kernel_make -C "$kdir" M="$PROJECT/tests/bench/classic" MO="$1/classic" KCFLAGS=-Werror modules \
		>"$1/build.log" 2>&1 || {
		tail -n 20 "$1/build.log" >&2
		die "the C modules could not be built"
	}
}
