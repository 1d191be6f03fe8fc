# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # for, and from, other files
#
# What differs from one processor to the next. They have Debian's names: amd64, arm64. The kernel's ARCH, the
# names of compilers, QEMU, and what a machine and its kernel need to be told are looked up here and nowhere else.

# debian_arch NAME: of what `uname -m` says.
debian_arch() {
	case $1 in
	x86_64) echo amd64 ;;
	aarch64) echo arm64 ;;
	*) return 1 ;;
	esac
}

# This machine's.
MACHINE=$(debian_arch "$(uname -m)") || MACHINE=$(uname -m)

# The release whose last word is the processor, or this machine's for what is built here.
arch_of() {
	case $1 in
	*-amd64) echo amd64 ;;
	*-arm64) echo arm64 ;;
	*) echo "$MACHINE" ;;
	esac
}

# load_arch ARCH: sets all of these. kernel_arch is the kernel's ARCH, kernel_image what it builds, qemu_machine what QEMU
# must be told, emulated_cpu the CPU that it has without KVM, firmware and variables its UEFI, secure_… the same for one with Secure Boot, efi the processor as UEFI calls
# it, kernel_parameters what the kernel must be told in it, harmless_options what a toolchain may change of a kernel's
# configuration.
load_arch() {
	arch=$1 harmless_options='' kernel_parameters=()
	case $arch in
	amd64)
		kernel_arch=x86 triplet=x86_64-linux-gnu kernel_image=arch/x86/boot/bzImage
		rust_target=x86_64-unknown-linux-gnu
		qemu=qemu-system-x86_64 qemu_package=qemu-system-x86 qemu_machine=() emulated_cpu=max console=ttyS0
		firmware_package=ovmf firmware=/usr/share/OVMF/OVMF_CODE_4M.fd variables=/usr/share/OVMF/OVMF_VARS_4M.fd
		secure_firmware=/usr/share/OVMF/OVMF_CODE_4M.secboot.fd secure_variables=/usr/share/OVMF/OVMF_VARS_4M.ms.fd efi=x64
		# Only the firmware itself may write its variables.
		secure_machine=(-M 'q35,smm=on' -global 'driver=cfi.pflash01,property=secure,value=on')
		kernel_parameters=(
			# TCG's timer sometimes fails the check.
			no_timer_check
			# A host that takes the CPU away makes the clock look wrong, and the kernel takes one that is slow.
			tsc=nowatchdog
			# An interrupt that comes while the kernel looks for the CPU's features does not know of a fifth
			# level, and KASAN then takes addresses for wild. TCG's CPU has it.
			no5lvl
		)
		;;
	arm64)
		kernel_arch=arm64 triplet=aarch64-linux-gnu kernel_image=arch/arm64/boot/Image
		rust_target=aarch64-unknown-linux-gnu
		qemu=qemu-system-aarch64 qemu_package=qemu-system-arm qemu_machine=(-M virt) console=ttyAMA0
		# With all that the kernel uses where it is there; signing pointers as the architecture has it takes
		# an emulated CPU half of its time.
		emulated_cpu=max,pauth-impdef=on
		firmware_package=qemu-efi-aarch64 firmware=/usr/share/AAVMF/AAVMF_CODE.fd variables=/usr/share/AAVMF/AAVMF_VARS.fd
		secure_firmware=/usr/share/AAVMF/AAVMF_CODE.secboot.fd secure_variables=/usr/share/AAVMF/AAVMF_VARS.ms.fd efi=aa64
		secure_machine=("${qemu_machine[@]}")
		# What 32-bit programs are given is not part of the crates, and would take a compiler for them.
		harmless_options='COMPAT_VDSO|THUMB2_COMPAT_VDSO'
		;;
	*) die "the kit knows only x86_64 and aarch64 machines, this is $arch" ;;
	esac
}

# Whether the kernel is for another processor than this machine's.
is_cross() {
	[[ $arch != "$MACHINE" ]]
}

# machine_options KVM: what virtme-ng is told beside what it knows, for a machine of $arch.
machine_options() {
	((${#kernel_parameters[@]} == 0)) || printf -- '--kopt=%s\n' "${kernel_parameters[@]}"
	if [[ $arch == arm64 ]]; then
		# The init that is compiled is for x86.
		printf '%s\n' --no-virtme-ng-init --qemu-bin "$PLAIN_PROJECT/vm/qemu"
		[[ $1 == kvm ]] || printf '%s\n' -q=-cpu "-q=$emulated_cpu"
	fi
	! is_cross || printf '%s\n' --arch "$kernel_arch" --root "$PLAIN_BUILD/${guest_root#"$BUILD"/}"
}
