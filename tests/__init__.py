"""The whole suite. `make test` runs it; tests/machine finds or starts what it needs."""
