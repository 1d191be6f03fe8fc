# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# Where the kit can work, and who its folder belongs to.

test_paths_that_work_are_taken() {
	local path
	for path in /a@b /a,b /~a~ /äöüß /日本 /a+b /a.b-c_d; do
		expect_true check_path "$path"
		LC_ALL=C expect_true check_path "$path"
	done
}

test_paths_that_do_not_work_are_refused_in_one_line() {
	local path
	for path in '/a b' /a:b /a=b '/a%b' '/a#b' '/a(b' '/a&b' "/a'b" '/a"b' '/a$b' '/a\b' '/a*b' '/a;b'; do
		expect_error "the kit cannot work in a path with *" check_path "$path"
	done
}

test_the_folder_for_all_that_is_made_is_made() {
	BUILD=$work/a/b O=$work/a/b
	check_build
	expect_true test -d "$BUILD"
}

test_a_folder_of_somebody_is_not_used() {
	BUILD=$work O=$work
	touch "$work/letter"
	expect_error "O=* is not empty, and not a folder that this kit made*" check_build
	touch "$work/lock"
	expect_true check_build
}

test_a_folder_of_somebody_is_not_removed() {
	touch "$work/letter"
	expect_error "O=* was not made by this kit, and stays" env O="$work" "$PROJECT/vm/clean" all
	expect_true test -e "$work/letter"
}

test_a_folder_of_the_kit_is_removed() {
	mkdir "$work/o"
	touch "$work/o/lock"
	make --no-print-directory -C "$PROJECT" O="$work/o" distclean
	expect_false test -e "$work/o"
}

test_a_folder_that_cannot_be_made_names_the_way_out() {
	BUILD=/proc/build
	expect_error "/proc/build cannot be made: build elsewhere with O=DIR*" check_build
}

test_files_of_another_user_are_named() {
	[[ $EUID == 0 ]] || return 0 # only root can make some
	is_root() { false; }
	unset O
	BUILD=$work/build
	mkdir -p "$BUILD/log"
	expect_true check_build
	chown 65534 "$BUILD/log"
	expect_error "$BUILD/log belongs to *sudo chown -R *" check_build
}
