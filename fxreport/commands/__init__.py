"""One module a command: ``add_arguments(parser)``, ``run(arguments) -> exit code``, docstring for help."""

from __future__ import annotations

from types import ModuleType

from fxreport.commands import audit, build, data, doctor, explain, render, run, store

#: in the order in which the help lists them
COMMANDS: dict[str, ModuleType] = {
    "build": build,
    "run": run,
    "render": render,
    "explain": explain,
    "data": data,
    "store": store,
    "audit": audit,
    "doctor": doctor,
}
