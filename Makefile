# `make run` and `make test` do all their set-up themselves. The other targets are for contributors.
.DEFAULT_GOAL := help
.PHONY: help run dev setup test test-fast lint services services-down messages screenshots fresh

help: ## Print this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

run: ## Try the library: environment, database, demo content, all processes. Ctrl-C stops everything. PORT=8010 to move.
	@bin/run

dev: ## Develop: server with reload and DEBUG, worker and relay beside it, demo content. Ctrl-C stops everything.
	@bin/dev

setup: ## Install everything that tests and checks need.
	@bin/prepare test

test: ## All checks and the whole suite, on real services.
	@bin/test

test-fast: ## Quick checks and the tests that need no service and no browser; a few minutes.
	@bin/test-fast

lint: ## All static checks. `bin/lint quick` runs those of a commit.
	@bin/lint

services: ## Start PostgreSQL, Elasticsearch and two S3 servers for tests.
	@bin/prepare test && .venv/bin/python -m tests.services up

services-down: ## Stop them.
	@.venv/bin/python -m tests.services down

messages: ## Compile the Chinese catalogue and list texts without Chinese.
	@bin/messages

screenshots: ## Take the screenshots of the README from a running demo.
	@bin/screenshots

fresh: ## Delete the demo's database, files and index. Refuses if var/ belongs to no demo.
	@bin/fresh
