"""fxreport: writes the conclusions of an image-feature benchmark from its measurements."""

__version__ = "0.1.0"
