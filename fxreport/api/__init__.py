"""The public interface in Python (docs/python.md): what ``import fxreport`` offers."""
