"""The part of the tests that runs in the guest. The host imports only bed.scenario of it."""
