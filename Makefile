# Every target only calls dev.py, which needs nothing but Python 3.11 or newer.
PYTHON ?= python3

.PHONY: demo test setup lint bench faults docs screenshots
demo test setup lint bench faults docs screenshots:
	$(PYTHON) dev.py $@
