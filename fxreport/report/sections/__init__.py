"""The document's sections in its order; each module makes one from a ``Draft``."""
