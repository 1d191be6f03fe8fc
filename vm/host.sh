# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the host must have before anything can be set up. One clear line for each thing missing.

missing_packages() {
	local entry entries=("${HOST_PACKAGES[@]}")
	is_root || entries+=("${HOST_PACKAGES_USER[@]}")
	for entry in "${entries[@]}"; do
		command -v "${entry%%=*}" >/dev/null || PATH=$PATH:/usr/sbin:/sbin command -v "${entry%%=*}" >/dev/null ||
			printf '%s\n' "${entry#*=}"
	done
	[[ -e $KEYRING ]] || printf '%s\n' debian-archive-keyring
	[[ -d /etc/ssl/certs ]] || printf '%s\n' ca-certificates
}

install_packages() {
	export DEBIAN_FRONTEND=noninteractive
	apt-get update && apt-get install -y --no-install-recommends "$@"
}

check_packages() {
	local packages
	mapfile -t packages < <(missing_packages)
	((${#packages[@]})) || return 0
	if is_root && command -v apt-get >/dev/null; then
		run_step "installing on this machine: ${packages[*]}" "$LOGS/host.log" install_packages "${packages[@]}"
	elif command -v apt-get >/dev/null; then
		die "please run: sudo apt-get install ${packages[*]}"
	else
		die "please install with this machine's package manager: ${packages[*]}"
	fi
}

sysctl_is() {
	[[ $(sysctl -n "$1" 2>/dev/null || cat "/proc/sys/${1//.//}" 2>/dev/null) == "$2" ]]
}

# AppArmor may let bubblewrap have capabilities and take them from what it starts, even as root.
check_children() {
	local profile
	! "$@" unshare --mount true 2>/dev/null || return 0
	profile=$(grep -lsE '^ *profile +unpriv_bwrap' "${APPARMOR:-/etc/apparmor.d}"/* | head -n 1) || true
	[[ -z $profile ]] ||
		die "AppArmor takes all rights from what bubblewrap starts; please run: sudo apparmor_parser -R $profile && sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
	die "bubblewrap starts, but nothing may mount in it: $("$@" unshare --mount true 2>&1 | head -n 1) (AppArmor, or a container that is not privileged)"
}

# The kernel is asked for what the kit does; the settings are only looked at to say why it refused.
check_namespaces() {
	local args=(--bind / / --unshare-pid --proc /proc --dev /dev)
	is_root || args+=(--unshare-user --uid 0 --gid 0 --cap-add ALL)
	if bwrap "${args[@]}" -- true 2>/dev/null; then
		check_children bwrap "${args[@]}" --
		return
	fi
	sysctl_is kernel.apparmor_restrict_unprivileged_userns 1 &&
		die "user namespaces are restricted here; please run: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
	sysctl_is kernel.unprivileged_userns_clone 0 &&
		die "user namespaces are off here; please run: sudo sysctl kernel.unprivileged_userns_clone=1"
	sysctl_is user.max_user_namespaces 0 &&
		die "user namespaces are off here; please run: sudo sysctl user.max_user_namespaces=10000"
	die "bubblewrap cannot make a namespace here: $(bwrap "${args[@]}" -- true 2>&1 | head -n 1) (a container must be privileged)"
}

# mmdebstrap needs a range of ids once, for the root.
check_subids() {
	is_root || [[ -d $ROOT ]] || grep -q "^\($(id -un)\|$EUID\):" /etc/subuid 2>/dev/null ||
		die "$(id -un) has no range of sub-ids; please run: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)"
}

check_programs_run() {
	runs_programs "$BUILD" ||
		die "programs cannot run under $BUILD, which is mounted noexec: build elsewhere with O=DIR, or mount it without noexec"
}

check_space() {
	local gigabytes=$1 free
	free=$(df --output=avail -B 1G "$BUILD" | tail -n 1 | tr -d ' ')
	((free >= gigabytes)) ||
		die "the disk is too full: $free GB free under $BUILD, $gigabytes GB needed"
}

check_host() {
	load_arch "$MACHINE"
	check_apt_options
	check_programs_run
	check_packages
	check_namespaces
	check_subids
}
