# SPDX-License-Identifier: GPL-2.0
#
# `make help` lists what there is. The kernel's build system reads Kbuild, not this file.

KERNEL ?= cloud
export KERNEL

# All that is made goes to build/, or to O=DIR, as for the kernel.
# The kernel's own build must not see it.
ifdef O
override O := $(abspath $(O))
export O
MAKEOVERRIDES := $(filter-out O=%,$(MAKEOVERRIDES))
endif

.PHONY: all
all: ## Build the module for the running kernel, or for KDIR=
	@vm/native build

.PHONY: run
run: module tool ## Boot Debian's kernel in a VM, load the module and show it working
	@vm/boot --timeout 120 -- vm/demo

.PHONY: test
test: module ## Test the module and the program, on the host and in the VM; T=all: the tests, too
	@tests/run

.PHONY: test-all
test-all: ## Run all tests, those of the module on all kernels; and soak
	@tests/all

.PHONY: tool
tool: setup ## Build the program kthread-counter, its man pages and completions: build/tool/
	@vm/tool

.PHONY: deb
deb: module tool ## Build Debian packages: build/deb/; SIGN_KEY= and SIGN_CERT= sign the module
	@vm/deb

.PHONY: soak
soak: module ## Everything at the same time, for MINUTES=5; SEED= repeats it
	@tests/soak/run

.PHONY: bench
bench: ## Measure against the same module in C, and draw it; B="tick start" for some of it
	@vm/setup bench
	@tests/bench/run $(B)

.PHONY: samples
samples: ## Build the modules of samples/
	@vm/setup samples

.PHONY: run-sample
run-sample: ## Show one of them in the VM: S=NAME
	@vm/run-sample "$(S)"

.PHONY: shell
shell: module ## A prompt in the VM with the module loaded
	@vm/boot --shell -- vm/prompt

.PHONY: check
check: kernel ## Format, lint, layering, shell scripts, documents
	@tests/check/run

.PHONY: module
module: ## Build the module for KERNEL=cloud, rt, next, forky, debug or arm64
	@vm/setup module

.PHONY: kernel
kernel: ## Set up KERNEL: packages, source, Rust crates
	@vm/setup kernel

.PHONY: setup
setup: ## Set up the toolchain root only
	@vm/setup root

.PHONY: print-artifacts
print-artifacts: module ## Say where kernel and module are, for scripts
	@vm/artifacts

.PHONY: install
install: ## Install the module for the running kernel, or for KDIR=, and the program: PREFIX=/usr/local, DESTDIR=
	@vm/native install
	@vm/program install

.PHONY: uninstall
uninstall: ## Remove the program and the module for all kernels: PREFIX=, DESTDIR=; with KDIR= only the module for that one
	@vm/program uninstall
	@vm/native uninstall

.PHONY: clean
clean: ## Remove the modules that were built
	@vm/clean modules

.PHONY: distclean
distclean: ## Remove everything under build/, or O=
	@vm/clean all

.PHONY: help
help: ## This list
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' Makefile | expand -t 18
