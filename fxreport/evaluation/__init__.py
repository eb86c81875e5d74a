"""Features in, measurements out: pure functions over the test split (and train features for the probes)."""
