"""Figures: each module draws one kind, a pure function from a small frozen dataclass to an SVG string.

A figure knows nothing of stores or claims: its data class holds plain numbers and labels that are already
in the document's language. Importing these modules is cheap; matplotlib is loaded by the first drawing.
"""
