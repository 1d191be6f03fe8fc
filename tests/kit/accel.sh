# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# Whether KVM works is asked again when the answer may be another.

# A machine whose /dev/kvm and processor are files of ours.
machine() {
	BUILD=$work/build KVM_DEVICE=$work/kvm CPUINFO=$work/cpuinfo
	mkdir -p "$BUILD"
	printf '%s\n' 'model name : One' 'flags : fpu vmx' >"$CPUINFO"
}

test_the_answer_about_kvm_is_kept() {
	machine
	expect_false accel_is_known
	touch "$KVM_DEVICE"
	remember_accel kvm
	expect_true accel_is_known
	expect accel kvm "$(accel)"
}

test_kvm_that_appears_is_tried() {
	machine
	remember_accel tcg
	expect_true accel_is_known
	touch "$KVM_DEVICE"
	expect_false accel_is_known
}

test_kvm_that_goes_is_not_used() {
	machine
	touch "$KVM_DEVICE"
	remember_accel kvm
	rm "$KVM_DEVICE"
	expect_false accel_is_known
	expect accel tcg "$(accel)"
}

test_another_processor_is_asked_again() {
	machine
	touch "$KVM_DEVICE"
	remember_accel kvm
	printf '%s\n' 'model name : One' 'flags : fpu' >"$CPUINFO"
	expect_false accel_is_known
}

test_another_kernel_is_asked_again() {
	machine
	remember_accel tcg
	program uname 'echo other 7.9'
	expect_false accel_is_known
}

test_an_answer_without_its_reasons_is_not_believed() {
	machine
	echo kvm >"$BUILD/accel"
	expect_false accel_is_known
	expect accel tcg "$(accel)"
}
