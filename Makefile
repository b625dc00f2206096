# The two commands of a newcomer: `make demo` and `make test`. Each installs what is missing, builds and runs.

.PHONY: demo test build lint prepare fuzz faults

SUNVIGIL = .build/release/sunvigil

prepare:
	@./scripts/prepare

build: prepare
	swift build -c release --product sunvigil

demo: build
	@rm -rf .build/demo-store .build/demo-reports
	@$(SUNVIGIL) init --store .build/demo-store --site story-house --time-zone Europe/London --latitude 51.4 --longitude -0.3
	@$(SUNVIGIL) import --store .build/demo-store $(addprefix datasets/story-house/, monthly_energy_report.csv daily_production_report.csv devices gateway cloud-web/events.json cloud-web/battery_backup_history.json utility/outage_week_import.csv bills/bills.csv)
	@$(SUNVIGIL) check --store .build/demo-store || [ $$? = 1 ]
	@echo
	@$(SUNVIGIL) report monthly --store .build/demo-store --month 2025-04
	@echo
	@$(SUNVIGIL) reconcile --store .build/demo-store
	@echo
	@echo "The worst months and the year as pages, and the evidence for the stuck battery:"
	@for month in 2025-03 2025-04 2025-05; do $(SUNVIGIL) report monthly --store .build/demo-store --month $$month --format html --output .build/demo-reports; done
	@$(SUNVIGIL) report yearly --store .build/demo-store --year 2025 --format html --output .build/demo-reports
	@$(SUNVIGIL) report case --store .build/demo-store --finding $$($(SUNVIGIL) findings --plain --store .build/demo-store | sed -n 's/^\([0-9]*\)  .*batt_pinned.*/\1/p' | head -1) --output .build/demo-reports

test: prepare
	@./scripts/conformance-environment
	swift build --build-tests
	swift test --skip-build

lint:
	swift format lint --strict --recursive Sources Tests Package.swift

# Half a minute a reader; scripts/fuzz 3600 xml runs one for an hour.
fuzz: prepare
	./scripts/fuzz

# Every failing call, every power cut, a thousand flipped bits of each kind: an hour. `make test` tries a few of each.
faults: prepare
	swift build --build-tests
	SUNVIGIL_FAULTS=full swift test --skip-build --filter FaultTests
