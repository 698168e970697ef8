# Two commands do all the set-up: `make run` and `make test`. The rest is for working on the code.

.PHONY: run test lint services services-down messages screenshots fresh

run: ## Everything for trying it out: environment, database, demo content, web + workers + relay. Ctrl-C stops it all.
	@bin/run

test: ## Everything needed to test, then every check and the whole suite.
	@bin/test

lint: ## The checks alone.
	@bin/lint

services: ## A real PostgreSQL, Elasticsearch and two S3 servers on this machine.
	@bin/prepare test && .venv/bin/python -m tests.services up

services-down:
	@.venv/bin/python -m tests.services down

messages: ## Compile the Chinese catalogue and say what has no Chinese yet.
	@bin/messages

screenshots: ## The pictures of the README, from a running demo.
	@bin/screenshots

fresh: ## Forget the demo database, files and index. Refuses when var/ is no demo's.
	@bin/fresh
