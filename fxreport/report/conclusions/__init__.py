"""The sections of the conclusions document."""
