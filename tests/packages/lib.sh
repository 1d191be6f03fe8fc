# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # from other files
#
# Whole Debian systems, in folders of build/packages-test: made fresh, changed by apt, booted with systemd. Those of
# another processor are changed in a machine, as none of their programs can run here.

# shellcheck source=vm/lib.sh
. "${BASH_SOURCE[0]%/*}/../../vm/lib.sh"
# shellcheck source=vm/debian.sh
. "$PROJECT/vm/debian.sh"
# shellcheck source=vm/accel.sh
. "$PROJECT/vm/accel.sh"

systems=$BUILD/packages-test

# in_system NAME [BWRAP OPTIONS…] -- COMMAND…: in that system, which sees nothing of the project.
in_system() {
	local root=$systems/$1 options=()
	shift
	while [[ $1 != -- ]]; do options+=("$1") && shift; done
	shift
	is_root || options+=(--unshare-user --uid 0 --gid 0 --cap-add ALL)
	bwrap --bind "$root" / --proc /proc --dev /dev --ro-bind /sys /sys --tmpfs /run --tmpfs /tmp \
		--ro-bind-try /etc/resolv.conf /etc/resolv.conf \
		--ro-bind-try "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" /etc/ssl/certs/ca-certificates.crt \
		--unshare-pid --die-with-parent --clearenv --setenv PATH /usr/sbin:/usr/bin:/sbin:/bin --setenv HOME /root \
		--setenv LC_ALL C.UTF-8 --setenv DEBIAN_FRONTEND noninteractive --chdir /root "${options[@]}" -- "$@"
}

# apt_in NAME ARGS…: the system's own apt, told what this machine's is told.
apt_in() {
	local options
	mapfile -t options < <(apt_settings | sed 's/^/-o=/')
	in_system "$1" -- apt-get -y -q -o=APT::Sandbox::User=root -o=Acquire::Retries=3 -o=Dpkg::Use-Pty=0 \
		-o=APT::Install-Recommends=false -o=Acquire::Languages=none "${options[@]}" "${@:2}"
}

# copy_system FROM TO
copy_system() {
	rm -rf "${systems:?}/$2"
	cp -a "$1" "$systems/$2" || return
	! is_own_suite || cp "$ROOT/etc/apt/sources.list.d/backports.list" "$systems/$2/etc/apt/sources.list.d/"
}

base_packages=(systemd systemd-sysv udev kmod dbus procps initramfs-tools)

# A fresh system with the stock kernel, in $stock, kept: the archive's answer is the same for a while.
stock_system() {
	[[ ! -e $systems/$stock/boot/vmlinuz-$release ]] || return 0
	if is_cross; then
		foreign_stock_system
	else
		base_system && copy_system "$systems/$base" "$stock" && apt_in "$stock" update &&
			apt_in "$stock" -t "${suites[-1]}" install "linux-image-$release"
	fi
}

base_system() {
	[[ -d $systems/$base ]] || new_debian "$systems/$base" "${base_packages[@]}" ca-certificates
}

# For another processor: its packages are unpacked and kept here, and a machine installs them.
foreign_stock_system() {
	local new=$stock.new
	is_root || die "a machine gives files to their owners here only for root"
	local debian_options=(--variant=extract --architectures="$arch" --skip=cleanup/apt/cache
		--setup-hook="copy-in $ROOT/etc/apt/sources.list.d/backports.list /etc/apt/sources.list.d")
	new_debian "$systems/$new" '?essential' apt "linux-base/$SUITE-backports" "linux-image-$release" "${base_packages[@]}" &&
		in_first_machine "$new" tests/packages/guest-base || return
	rm -rf "${systems:?}/$stock" && mv "$systems/$new" "$systems/$stock"
}

# install_debs SYSTEM NAME…: those packages of DEBS (build/deb, or deb-arm64), with its own apt.
install_debs() {
	local name=$1 package file files=()
	shift
	for package in "$@"; do
		for file in "${DEBS:-$BUILD/deb$arch_suffix}/${package}"_*.deb; do
			cp "$file" "$systems/$name/root/" || return
			files+=("/root/${file##*/}")
		done
	done
	if is_cross; then
		in_machine "$name" tests/packages/guest-apt
	else
		apt_in "$name" install "${files[@]}"
	fi
}

# give_script NAME SCRIPT: the system runs it as a service at its next boot, and powers off. guest-lib.sh is with it.
give_script() {
	local root=$systems/$1
	rm -f "$root"/root/{output,status}
	install -m 755 "$2" "$root/root/script"
	install -m 644 "$PROJECT/tests/packages/guest-lib.sh" "$root/root/lib.sh"
	cat >"$root/etc/systemd/system/packages-test.service" <<-'END'
		[Unit]
		After=systemd-modules-load.service systemd-user-sessions.service
		[Service]
		Type=oneshot
		StandardOutput=file:/root/output
		StandardError=inherit
		Environment=HOME=/root DEBIAN_FRONTEND=noninteractive
		ExecStart=/bin/bash -c '/root/script; echo $? >/root/status; systemctl --no-block poweroff'
		[Install]
		WantedBy=multi-user.target
	END
	mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
	ln -sf ../packages-test.service "$root/etc/systemd/system/multi-user.target.wants/"
}

# What the kernel is told, whoever starts it. systemd then takes the system for one that has booted before: what it
# does to one that is new takes a minute.
command_line() {
	echo "rootfstype=virtiofs root=root rw console=$console panic=-1 ${kernel_parameters[*]} systemd.show_status=1" \
		"systemd.condition_needs_update=0 $*"
}

# run_machine NAME OPTIONS…: QEMU with these options beside its own, and the system's folder as the file system "root",
# until the machine ends. OPERATOR="PROGRAM ARGS…" is at its console.
run_machine() {
	local name=$1 root=$systems/$1 accel=(-accel 'tcg,thread=multi' -cpu "$emulated_cpu") socket operator
	shift
	socket=$BUILD/run/packages-$name.socket
	mkdir -p "$BUILD/run" "$LOGS"
	rm -f "$socket"
	[[ $(accel) != kvm ]] || is_cross || accel=(-accel kvm -cpu host)
	read -ra operator <<<"${OPERATOR-}"
	# shellcheck disable=SC2016 # expanded inside
	timeout --kill-after=5 "${MACHINE_LIMIT:-1200}" "$PROJECT/vm/enter" bash -c '
		/usr/libexec/virtiofsd --socket-path="$1" --shared-dir="$2" --sandbox=none --cache=auto --xattr >"$3.virtiofsd" 2>&1 &
		until [[ -S $1 ]]; do sleep 0.1; done
		shift 3
		exec "$@"' - "$socket" "$root" "$LOGS/packages-$name" \
		"${operator[@]}" "$qemu" "${accel[@]}" -smp 2 -m 1G -nographic -no-reboot -nic none \
		-object memory-backend-memfd,id=mem,size=1G,share=on -numa node,memdev=mem \
		-chardev "socket,id=fs,path=$socket" -device vhost-user-fs-pci,chardev=fs,tag=root "$@" \
		</dev/null >"$LOGS/packages-$name.console" 2>&1
	local status=$?
	rm -f "$socket"
	return "$status"
}

# result_of NAME: what its script printed; the status is the script's, or 200.
result_of() {
	local root=$systems/$1
	if [[ ! -s $root/root/status ]]; then
		tail -n 30 "$LOGS/packages-$1.console" >&2
		say "error: the machine died, or never came to the script"
		return 200
	fi
	cat "$root/root/output"
	return "$(<"$root/root/status")"
}

# in_machine NAME SCRIPT [KERNEL PARAMETERS]: boot the system's kernel RELEASE with its systemd, and run the
# script there. VARIABLES=FILE boots with UEFI firmware and those variables.
in_machine() {
	local name=$1 uefi=()
	[[ -z ${VARIABLES-} ]] || uefi=(
		-drive "if=pflash,unit=0,format=raw,readonly=on,file=$BUILD/packaging$firmware"
		-drive "if=pflash,unit=1,format=raw,file=$VARIABLES")
	give_script "$name" "$2"
	run_machine "$name" "${qemu_machine[@]}" "${uefi[@]}" -kernel "$systems/$name/boot/vmlinuz-${RELEASE:-$release}" \
		-append "$(command_line "${3-}")"
	result_of "$name"
}

# in_first_machine NAME SCRIPT: as in_machine, but the script is the first process: nothing is installed yet.
in_first_machine() {
	local root=$systems/$1
	rm -f "$root"/root/{output,status}
	install -m 755 "$2" "$root/root/script"
	MACHINE_LIMIT=3600 run_machine "$1" "${qemu_machine[@]}" -kernel "$vmlinuz" -append "$(command_line init=/root/script)"
	result_of "$1"
}

# secure_disk NAME: beside the system, what `grub-install --removable` leaves on the disk that firmware reads: all of it
# signed, by Microsoft or by Debian, and files of the system. The firmware's variables are new.
secure_disk() {
	local root=$systems/$1 disk=$systems/$1.disk boot grub=("$systems/$1"/usr/lib/grub/*-efi-signed/"grub$efi.efi.signed")
	boot=$disk/EFI/BOOT
	rm -rf "$disk"
	mkdir -p "$boot" "$disk/EFI/debian"
	cp "$root/usr/lib/shim/shim$efi.efi.signed" "$boot/BOOT${efi^^}.EFI" &&
		cp "$root/usr/lib/shim/mm$efi.efi.signed" "$boot/mm$efi.efi" &&
		cp "${grub[0]}" "$boot/grub$efi.efi" &&
		cp "$root/boot/vmlinuz-$release" "$disk/vmlinuz" &&
		printf 'linux /vmlinuz %s\nboot\n' "$(command_line)" >"$disk/EFI/debian/grub.cfg" &&
		cp "$BUILD/packaging$secure_variables" "$disk.variables"
}

# start_secure NAME: a machine with Secure Boot that starts from that disk.
start_secure() {
	run_machine "$1" "${secure_machine[@]}" \
		-drive "if=pflash,unit=0,format=raw,readonly=on,file=$BUILD/packaging$secure_firmware" \
		-drive "if=pflash,unit=1,format=raw,file=$systems/$1.disk.variables" \
		-drive "if=virtio,format=raw,readonly=on,file=fat:$systems/$1.disk"
}

# in_secure_machine NAME SCRIPT: as in_machine.
in_secure_machine() {
	give_script "$1" "$2"
	start_secure "$1"
	result_of "$1"
}
