"""Rules on which dimensions carry the classes, and which extractors are alike."""
