# Two commands do everything on a fresh Debian 12: `make demo` and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
DATA ?= zhunsheng-data
LISTEN ?= 127.0.0.1:8080
PURE = ./internal/civil ./internal/fault ./internal/statute ./internal/access ./internal/docket ./internal/audit ./internal/columns ./internal/document ./internal/calendar ./internal/timelimit ./internal/arch

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

build: ## Build the one binary, bin/zhunsheng
	CGO_ENABLED=0 go build -trimpath -o bin/zhunsheng ./cmd/zhunsheng

demo: build ## Make an invented city in $(DATA), print one sign-in per role, serve it
	@if [ ! -e $(DATA)/zhunsheng.db ]; then bin/zhunsheng --data $(DATA) demo; else echo "$(DATA) exists already: serving it as it is"; fi
	bin/zhunsheng --data $(DATA) serve --listen $(LISTEN)

setup: ## Install the Debian packages the tests need, when missing
	scripts/setup-debian

generate: ## Regenerate templ code
	go tool templ generate -log-level error

verify: ## Generated code is committed, formatting and static checks hold
	go tool templ generate -log-level error
	git diff --exit-code -- '*_templ.go'
	@test -z "$$(gofmt -l $$(git ls-files '*.go' | grep -v _templ.go))" || { gofmt -l $$(git ls-files '*.go' | grep -v _templ.go); exit 1; }
	go vet ./...
	go tool staticcheck ./...

test: setup ## Everything CI runs; prints the seconds each stage took
	@s=$$SECONDS; $(MAKE) --no-print-directory verify && echo "stage verify: $$((SECONDS-s)) s"
	@s=$$SECONDS; log=$$(mktemp); export ZHUNSHENG_SHARED_LOG=$$log; go test -timeout 30m -p 2 ./... && echo "stage test: $$((SECONDS-s)) s; tests that ran on real data: $$(sort -u $$log | wc -l)"
	@s=$$SECONDS; go test -timeout 10m -race -short $(PURE) && echo "stage race: $$((SECONDS-s)) s"
	@echo "all stages passed"

lint: ## The checks of .golangci.yml; fetches the linter, so it is no part of make test
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run --max-same-issues 0 --max-issues-per-linter 0 ./...

fuzz: ## Fuzz every parser for ten seconds each
	scripts/fuzz-all 10s

bench: ## Slow benchmarks and comparisons with peers (see docs/benchmarks.md)
	go test -run xxx -bench . -benchtime 1x ./internal/ledger ./internal/store ./internal/columns ./internal/indicator ./internal/timelimit ./internal/truth
	ZHUNSHENG_SCOPES=200 go test -run 'TestCountEqualsList' -count 1 ./internal/app
	ZHUNSHENG_MONTHS=2020-01..2024-06 go test -run 'TestEverybodyAgrees' -count 1 -timeout 30m ./internal/app
	ZHUNSHENG_FORECAST_BENCH=1 go test -run 'TestBenchmarkFull|TestSpeed|TestEarlierWindows|TestCourtSeries' -count 1 -v ./internal/forecast
	ZHUNSHENG_BENCH=1 go test -run 'TestNamedNation|TestYearAhead' -count 1 -v -timeout 30m ./internal/solve ./internal/whatif
	ZHUNSHENG_JUDGES=1 go test -run 'TestJudgesBench|TestDistrictsBench' -count 1 -v ./internal/app
	ZHUNSHENG_POWER=1 go test -run 'Power|Null' -count 1 -v -timeout 60m ./internal/signal ./internal/distortion
	cd bench && go run . && go run ./imports && go run ./pages && go run ./pages -cities 10 && go run ./documents

.PHONY: help build demo setup generate verify lint test fuzz bench
