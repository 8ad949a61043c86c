# Thin names for the npm scripts; see README.md.
.DEFAULT_GOAL := help
.PHONY: help server test build clean db-check db-migrate db-create db-reset

help:
	@echo 'make server | test | build | clean | db-check | db-migrate | db-create NAME=add-tags | db-reset [YES=1]'

# Only when the lock file has changed since the last installation.
node_modules: package-lock.json
	npm ci
	@touch node_modules

server: node_modules
	npm start

test: node_modules
	npm test

build: node_modules
	npm run build

clean:
	rm -rf dist coverage .cache

db-check: node_modules
	npm run db:check

db-migrate: node_modules
	npm run db:migrate

db-create: node_modules
	npm run db:create -- $(NAME)

db-reset: node_modules
	npm run db:reset -- $(if $(YES),--yes)
