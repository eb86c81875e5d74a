"""Sections of the conclusions document, a module each."""
