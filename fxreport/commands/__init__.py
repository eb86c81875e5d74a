"""One module a command: ``add_arguments(parser)``, ``run(arguments) -> exit code``, docstring for help."""

#: in the order in which the help lists them; the module of each is loaded when it is needed
COMMANDS = (
    "init",
    "build",
    "run",
    "check",
    "render",
    "explain",
    "diff",
    "data",
    "store",
    "audit",
    "site",
    "locale",
    "doctor",
)
