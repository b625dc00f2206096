# The two commands of a newcomer: `make demo` and `make test`. Each installs what is missing, builds and runs.

.PHONY: demo test build lint prepare

prepare:
	@./scripts/prepare

build: prepare
	swift build -c release --product sunvigil

test: prepare
	swift build --build-tests
	swift test --skip-build

lint:
	swift format lint --strict --recursive Sources Tests Package.swift
