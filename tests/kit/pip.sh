# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# Which Python index is used.

test_settings_of_pip_s_files_are_used() {
	printf '%s\n' '[global]' 'index-url = https://index.example/simple ' 'timeout = 60' 'find-links=/opt' '# proxy = no' \
		'[list]' 'index-url = https://other/' '[install]' 'extra_index_url:' '    https://a/simple' '    https://b/simple' \
		'trusted-host = a' >"$work/pip.conf"
	expect settings $'PIP_INDEX_URL=https://index.example/simple\nPIP_EXTRA_INDEX_URL=https://a/simple https://b/simple\nPIP_TRUSTED_HOST=a' \
		"$(pip_file_settings "$work/pip.conf")"
}

test_the_user_s_file_is_read_after_the_machine_s() {
	HOME=$work XDG_CONFIG_HOME=
	expect files "$work/.config/pip/pip.conf" "$(pip_files | tail -n 1)"
	PIP_CONFIG_FILE=$work/mine
	expect files "$work/mine" "$(pip_files | tail -n 1)"
}

test_the_variables_count_more() {
	pip_files() { echo "$work/pip.conf"; }
	printf '%s\n' '[global]' 'index-url = https://file/simple' >"$work/pip.conf"
	PIP_INDEX_URL=https://variable/simple
	expect last PIP_INDEX_URL=https://variable/simple "$(pip_settings | tail -n 1)"
}

test_pip_inside_the_root_gets_them() {
	pip_files() { :; }
	PIP_INDEX_URL=https://variable/simple
	mkdir -p "$work/vm"
	PROJECT=$work
	printf '%s\n' '#!/bin/bash' 'echo "$*"' >"$work/vm/enter"
	chmod +x "$work/vm/enter"
	[[ $(pip_install target package --no-deps) == "env PIP_INDEX_URL=https://variable/simple "*"pip install"*" --target target package --no-deps" ]] ||
		fault "$(pip_install target package)"
}
