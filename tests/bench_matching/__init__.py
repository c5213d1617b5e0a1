"""How good and how fast matching is: `make bench-matching`. Measurements, no tests."""
