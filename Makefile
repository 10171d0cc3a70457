# A shim over nox: `make demo` and `make test` set up all they need by themselves.
NOX := .nox/bootstrap/bin/nox
PYTHON ?= python3
export PYTHON

.PHONY: help demo test install dev docs images clean

help:
	@echo "make demo     see AnOps serve an R and a Python model"
	@echo "make test     run every check and test"
	@echo "make install  put the command ao on your PATH"
	@echo "make dev      make .venv, with every package installed for editing"
	@echo "make images   build the container images"
	@echo "make docs     build the documentation into site/"
	@echo "make clean    remove what the builds made"

demo:
	@scripts/system_packages.sh demo
	@scripts/bootstrap.sh
	@$(NOX) -s demo

test:
	@scripts/system_packages.sh test
	@scripts/bootstrap.sh
	@echo "Short sessions begin side by side, and each tells all when it has ended"
	@$(MAKE) $(SIDE_BY_SIDE) images session-r_tests session-stubs_current+lint+docs+wheels; short=$$?; \
	$(NOX) -s tests integration containers && exit $$short

# sessions that one processor is enough for, or that wait for the network
SIDE_BY_SIDE := --no-print-directory --keep-going --jobs --output-sync=target

# a + stands between sessions that run one after the other
session-%:
	@$(NOX) -s $(subst +, ,$*)

install:
	@scripts/system_packages.sh demo
	@scripts/bootstrap.sh
	@$(NOX) -s install

dev:
	@scripts/system_packages.sh test
	@scripts/bootstrap.sh
	@$(NOX) -s dev

docs:
	@scripts/bootstrap.sh
	@$(NOX) -s docs

images:
	@scripts/bootstrap.sh
	@$(NOX) -s images

clean:
	rm -rf .nox dist site
