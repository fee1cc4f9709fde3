# SPDX-License-Identifier: Apache-2.0
# Makefile - the short names for what CMake, ctest and the tools do.
# `make demo` and `make test` need nothing but git and make on Debian 12: what is missing they name and install.
PREFIX  ?= /usr/local
DESTDIR ?=
JOBS    ?= $(shell nproc)

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

demo: release ## install what is missing, build, run a real circuit
	@tools/demo.sh build/release/ketch

release:
	@tools/setup.sh build
	@tools/build.sh release

test: ## install what a test run needs, run all tests
	@tools/setup.sh test
	@tools/setup.sh --venv build/venv tests/requirements.txt
	@tools/build.sh dev
	@tools/run_tests.sh dev

lint: ## layout, static analysis, who includes whom
	@tools/setup.sh build test lint
	@tools/lint.sh

sanitize: ## unit and command tests under ASan, UBSan and TSan
	@tools/setup.sh build test
	@tools/build.sh asan
	@tools/run_tests.sh asan
	@tools/build.sh tsan
	@tools/run_tests.sh tsan

fuzz: ## half a minute of each fuzzer, one a processor, from a fixed seed (FUZZ_SEED=N another, FUZZ_SEED=random)
	@tools/setup.sh build lint
	@tools/build.sh fuzz
	@tools/run_fuzzers.sh 30

soak: ## hours' worth of what `make test` samples, or a part: SOAK_PARTS, SOAK_SECONDS, SOAK_PROGRAMS (tools/soak.sh)
	@tools/setup.sh build test lint
	@tools/setup.sh --venv build/venv tests/requirements.txt
	@tools/soak.sh $(SOAK_PARTS)

coverage: ## lines that the tests reach; fails below 90 % of qasm, circuit or sim
	@tools/setup.sh build test coverage
	@tools/build.sh coverage
	@tools/coverage.sh

bench: release ## Ketch beside Amazon's simulator and qulacs; the sandbox beside a server of constants; tasks on Braket beside the Amazon SDK
	@tools/setup.sh test
	@tools/setup.sh --venv build/bench-venv bench/requirements.txt
	@tools/build.sh release bench_sandbox
	@build/bench-venv/bin/python3 bench/bench.py build/release/ketch
	@build/bench-venv/bin/python3 bench/bench_sandbox.py build/release
	@build/bench-venv/bin/python3 bench/bench_braket.py build/release

install: release ## into $(DESTDIR)$(PREFIX)
	@DESTDIR="$(DESTDIR)" cmake --install build/release --prefix "$(PREFIX)"

clean: ## remove all that was built
	rm -rf build

.PHONY: help demo release test lint sanitize fuzz soak coverage bench install clean
