"""``fxreport.toml`` and what the command line narrows it to: the plan."""

from fxreport.config.load import FILE_NAME, load_config
from fxreport.config.model import Config, ExtractorConfig, ImageFolder, Profile, SampleSize
from fxreport.config.planning import Known, Plan, plan
from fxreport.config.schema import ALL
from fxreport.config.variants import ExtractorSpec
from fxreport.vocabulary.nearest import unknown

__all__ = [
    "ALL",
    "FILE_NAME",
    "Config",
    "ExtractorConfig",
    "ExtractorSpec",
    "ImageFolder",
    "Known",
    "Plan",
    "Profile",
    "SampleSize",
    "load_config",
    "plan",
    "unknown",
]
