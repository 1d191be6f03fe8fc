# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# What is checked of the machine before the set-up begins.

# bubblewrap as AppArmor has it: it can do all, what it starts nothing.
restricted_bwrap() {
	program bwrap 'args=()' 'for word in "$@"; do' '	[[ $word != -- ]] || args+=(--cap-drop ALL)' '	args+=("$word")' 'done' \
		"exec $(command -v bwrap) \"\${args[@]}\""
}

test_bubblewrap_that_works_is_taken() {
	expect_true check_namespaces
}

test_apparmor_that_restricts_what_bubblewrap_starts_is_named() {
	APPARMOR=$work/apparmor.d
	mkdir "$APPARMOR"
	printf '%s\n' 'profile bwrap /usr/bin/bwrap {' '}' 'profile unpriv_bwrap {' '}' >"$APPARMOR/some-profile"
	restricted_bwrap
	expect_error "AppArmor takes all rights*sudo apparmor_parser -R $APPARMOR/some-profile*" check_namespaces
}

test_anything_else_that_restricts_it_is_told() {
	APPARMOR=$work/none
	restricted_bwrap
	expect_error "bubblewrap starts, but nothing may mount in it: *" check_namespaces
}

test_a_folder_where_programs_cannot_run_is_refused() {
	mount_options() { echo rw,nosuid,nodev,noexec,relatime; }
	expect_error "programs cannot run under *noexec*O=DIR*" check_programs_run
	mount_options() { echo rw,nosuid,nodev,relatime; }
	expect_true check_programs_run
}

test_options_of_apt_are_checked_first() {
	APT_OPTIONS=Acquire::Check-Valid-Until
	expect_error "APT_OPTIONS: Acquire::Check-Valid-Until is not NAME=VALUE" check_apt_options
	APT_OPTIONS='Acquire::Check-Valid-Until=false Acquire::Retries=5'
	expect_true check_apt_options
}
