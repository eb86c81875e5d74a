"""Extractors: the protocol, the built-in ones, the registry, and where pretrained weights come from."""
