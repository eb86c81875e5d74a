"""The conclusions: the short document, one module a part of it."""
