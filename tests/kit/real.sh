# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# The kit in an odd place, for real: a source folder that cannot be written, and what is built under a path
# with all the signs that it may have.

elsewhere="$work/o@b,c~ä+"
place="$work/p@b,c~ä+"

# somewhere COMMAND…: with a read-only project at $place, and build/ at $elsewhere.
somewhere() {
	mkdir -p "$elsewhere" "$place"
	touch "$BUILD/lock"
	bwrap --dev-bind / / --ro-bind "$PROJECT" "$place" --bind "$BUILD" "$elsewhere" --chdir "$place" -- \
		env O="$elsewhere" "$@"
}

test_the_module_is_built_elsewhere() {
	output=$(somewhere make --no-print-directory print-artifacts 2>&1) || fault "$output"
	[[ $output == *"ko=$elsewhere/module/"* ]] || fault "$output"
}

test_a_machine_runs_elsewhere() {
	# shellcheck disable=SC2016 # for the guest
	local script='modinfo -F license "$KO" && touch "$BUILD/kit-was-here" && ! touch "$PROJECT/kit-was-here" 2>/dev/null && pwd'
	output=$(somewhere vm/boot --timeout 120 -- bash -c "$script" 2>&1) || fault "status $?"
	[[ $output == *GPL*"$place" && -e $BUILD/kit-was-here ]] || fault "$output"
	rm -f "$BUILD/kit-was-here"
}

test_the_hosts_file_of_this_machine_is_in_the_root() {
	expect hosts "$(</etc/hosts)" "$("$PROJECT/vm/enter" cat /etc/hosts)"
}

# The headers of KERNEL in a folder of their own, and the root as a machine that has its compilers.
own_headers() {
	load_versions
	headers=$BUILD/test/kit-headers
	rm -rf "$headers"
	mkdir -p "$headers/rust"
	ln -s "$kdir"/* "$kdir/.config" "$headers/" 2>/dev/null
	rm "$headers/rust/rust" 2>/dev/null
	ln -s "$kdir"/rust/* "$headers/rust/"
}

own_build() {
	in_root env O="$BUILD/test/kit-own" KDIR="$headers" "$PROJECT/vm/native" build 2>&1
}

test_headers_with_crates_are_used_as_they_are() {
	own_headers
	rm -rf "$BUILD/test/kit-own"
	output=$(own_build) || fault "$output"
	expect_true test -e "$BUILD/test/kit-own/module/$release/kthread_counter.ko"
}

test_the_compiler_says_which_crate_is_missing() {
	local crate
	own_headers
	for crate in core.rmeta macros.so pin_init_internal.so; do
		mv "$headers/rust/lib$crate" "$headers/"
		output=$(own_build) && fault "it was built without $crate"
		[[ $output == "error: $headers/rust has only a part of the crates, not: ${crate%.*}; "* ]] || fault "$output"
		mv "$headers/lib$crate" "$headers/rust/"
	done
}

test_bindgen_without_libclang_is_told() {
	own_headers
	output=$(in_root env O="$BUILD/test/kit-own" KDIR="$headers" LIBCLANG_PATH=/nowhere "$PROJECT/vm/native" build 2>&1) &&
		fault "it was built without libclang"
	[[ $output == "error: bindgen finds no libclang: "* ]] || fault "$output"
}
