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
	@echo "Sessions that leave processors idle run side by side, and each tells all when it has ended"
	@$(MAKE) $(SIDE_BY_SIDE) session-images session-r_tests & side=$$!; \
	$(NOX) -s stubs_current lint tests; failed=$$?; \
	wait $$side || failed=1; \
	nice -n 5 $(MAKE) --no-print-directory session-families & families=$$!; \
	$(NOX) -s integration || failed=1; \
	$(MAKE) $(SIDE_BY_SIDE) session-containers session-docs+wheels || failed=1; \
	wait $$families || failed=1; \
	exit $$failed

# all are run, whatever fails
SIDE_BY_SIDE := --no-print-directory --keep-going --jobs

# a + stands between sessions that run one after the other; what they print is kept together
# (by a file: make's own --output-sync waits for ever where another process has locked /dev/null)
session-%:
	@$(NOX) -s $(subst +, ,$*) >.nox/$@.log 2>&1; status=$$?; cat .nox/$@.log; exit $$status

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
