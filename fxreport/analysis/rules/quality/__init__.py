"""Rules on how well features cluster, by extractor, family, input size and image set."""
