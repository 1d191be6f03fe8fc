# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Whether virtual machines run with KVM is found out once, by vm/steps/accel, and kept with what the
# answer depends on: another machine, another kernel, another user or another /dev/kvm asks again.

# What the answer depends on, in one line.
accel_key() {
	local device=${KVM_DEVICE:-/dev/kvm} access=none
	[[ ! -e $device ]] || access=$(stat -c %t:%T "$device")
	[[ ! -r $device || ! -w $device ]] || access+=" usable"
	printf '%s\n' "$(uname -nr) uid $EUID $(processor) $device $access"
}

processor() {
	awk -F': ' '/^model name/ { model = $2 }
		/^flags/ { for (n = split($2, flags, " "); n; n--) if (flags[n] ~ /^(vmx|svm)$/) virtual = " " flags[n]; exit }
		END { print model virtual }' "${CPUINFO:-/proc/cpuinfo}"
}

# Whether the answer is there and still holds.
accel_is_known() {
	[[ -e $BUILD/accel && $(sed -n 2p "$BUILD/accel") == "$(accel_key)" ]]
}

# kvm or tcg. What is not known any more is not believed: emulation always works.
accel() {
	if accel_is_known; then sed -n 1p "$BUILD/accel"; else echo tcg; fi
}

remember_accel() {
	printf '%s\n' "$1" "$(accel_key)" >"$BUILD/accel.tmp"
	mv "$BUILD/accel.tmp" "$BUILD/accel"
}
