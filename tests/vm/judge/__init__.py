"""Host-side oracles: what a log must say, computed from captures and counters only."""
