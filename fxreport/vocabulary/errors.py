"""Errors that are meant for the user: each message names what, where and what to do."""

from __future__ import annotations


class FxReportError(Exception):
    """Base of all errors whose message is shown to the user as one line."""


class ConfigError(FxReportError):
    """The configuration or the command line asks for something that cannot be."""


class InputError(FxReportError):
    """A file that the user gave is not what it should be."""


class DataUnavailable(FxReportError):
    """An image set could not be had from any of its sources."""


class SourceError(FxReportError):
    """One source cannot give what is asked of it; the message is the reason, a clause without a full stop."""


class WeightsUnavailable(FxReportError):
    """Pretrained weights could not be had from any of their sources."""


class StoreCorrupt(FxReportError):
    """A file of the results store cannot be read as what it should be."""


class OutputError(FxReportError):
    """The result could not be written (permissions, disk space)."""
