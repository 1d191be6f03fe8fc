# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# Proxies, mirrors and other settings of this machine's apt.

# apt_has LINES…: what apt-config says of this machine.
apt_has() {
	printf '%s\n' "$@" >"$work/dump"
	program apt-config "if [[ \$3 == %v* ]]; then sed -n \"s/^\$4=//Ip\" $work/dump; else cat $work/dump; fi"
}

test_proxies_of_this_machine_are_used() {
	apt_has Acquire= Acquire::http= Acquire::http::Proxy=http://proxy:3142 \
		Acquire::http::Proxy::intern=DIRECT Acquire::https::proxy=http://other:8080 \
		Acquire::cdrom::mount=/media/cdrom/ Acquire::Retries=9
	expect settings "Acquire::http::Proxy=http://proxy:3142 Acquire::http::Proxy::intern=DIRECT Acquire::https::proxy=http://other:8080" \
		"$(apt_settings | xargs)"
}

test_a_program_that_finds_the_proxy_is_asked() {
	program finder 'echo http://found:3142'
	apt_has "Acquire::http::Proxy-Auto-Detect=$work/bin/finder"
	expect settings Acquire::http::Proxy=http://found:3142 "$(apt_settings)"
	program finder 'echo DIRECT'
	expect settings "" "$(apt_settings)"
	program finder 'exit 1'
	expect settings "" "$(apt_settings)"
}

test_options_given_by_hand_come_last() {
	apt_has Acquire::Check-Valid-Until=true
	APT_OPTIONS=Acquire::Check-Valid-Until=false
	expect settings 'Acquire::Check-Valid-Until "true"; Acquire::Check-Valid-Until "false";' "$(apt_settings_file | xargs -d '\n')"
}

test_a_machine_without_apt_has_no_settings() {
	apt_has
	command() { [[ $* != "-v apt-config" ]] && builtin command "$@"; }
	expect settings "" "$(apt_settings)"
}

debian_with() {
	APT_ETC=$work/apt OS_RELEASE=$work/os-release
	mkdir -p "$APT_ETC/sources.list.d"
	echo 'ID=debian' >"$OS_RELEASE"
	printf '%s\n' "$@" >"$APT_ETC/sources.list"
}

test_the_mirror_of_a_debian_is_used() {
	debian_with '# deb http://old/debian bookworm main' 'deb-src http://src/debian bookworm main' \
		'deb http://security/debian-security bookworm-security main' \
		'deb [signed-by=/x] http://mirror.example/debian bookworm main'
	expect mirror http://mirror.example/debian "$(host_mirror)"
	mirror_has_suites() { true; }
	BUILD=$work
	expect mirror http://mirror.example/debian "$(choose_mirror)"
	MIRROR=http://mine/debian
	expect mirror http://mine/debian "$(choose_mirror)"
}

test_the_mirror_in_the_new_format_is_used() {
	debian_with
	printf '%s\n' 'Types: deb' 'URIs: https://mirror.example/pub/debian/' 'Suites: trixie' >"$APT_ETC/sources.list.d/debian.sources"
	expect mirror https://mirror.example/pub/debian/ "$(host_mirror)"
}

test_a_mirror_without_the_suite_is_not_used() {
	debian_with 'deb http://mirror.example/debian bookworm main'
	mirror_has_suites() { false; }
	BUILD=$work
	expect mirror "" "$(choose_mirror)"
}

test_mirrors_of_other_distributions_are_not_used() {
	debian_with 'deb http://mirror.example/debian bookworm main'
	echo 'ID=ubuntu' >"$OS_RELEASE"
	expect mirror "" "$(host_mirror)"
}
