"""The command ``kinefuse``: its subcommands, each with its sentence."""

from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer

from kinefuse.cli.mistakes import OneSentence, guarded

COMMANDS = {
    "demo": "Simulate a person, estimate, and compare with the truth.",
    "simulate": "Make a store of simulated people, to try everything on.",
    "prepare": "Turn marker recordings into trials with simulated sensors.",
    "describe": "Say who is in a store, and what was left out and why.",
    "check": "Examine a recording for faults, or hold trials to limits.",
    "train": "Train a model on trials.",
    "fit-fusion": "Fit how a model's two answers are made one.",
    "search": "Search the published space for the best network of a joint.",
    "summarize": "Tell what searches found: workbook, table and pictures.",
    "best": "Put the best networks of several searches into one model.",
    "formats": "List what recordings can be read, or explain one.",
    "session": "Say which sensor is where: 'session new FOLDER'.",
    "estimate": "Turn a sensor recording into joint angles and a report.",
    "export": "Write a result for OpenSim, Blender, Mokka, tables and programs.",
    "view": "Write the page that shows a result as a moving body.",
    "report": "Compare recordings, or the sides of one; print pages.",
    "optimize": "Write orientations and angles of a store's trials to files.",
    "evaluate": "Score a model against the true angles of trials.",
    "reproduce": "Run the whole paper, and ours beside it, on your own data.",
    "convert": "Turn the published system's files into ours, and back.",
    "app": "Open a page for people who do not program: files in, report out.",
}
"""Each is the function of that name in the module of that name in this package, or a group."""

SUBCOMMANDS = {"session": {"new": "Propose session.toml from labels and from the motion."}}
"""Groups of commands: functions of those names in the module of the group's name."""

_ELSEWHERE = {"app": "local_page"}
"""Functions, and so modules, of another name than their command: this module is called app."""

app = typer.Typer(
    cls=OneSentence,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # boxes around the help would double the time to show it
    help="Hip, knee and ankle angles from a few inertial sensors.",
)


def main() -> None:
    """Run the command line; what the ``kinefuse`` script calls."""
    app()


def _show_version(wanted: bool) -> bool:
    if wanted:
        import kinefuse

        print(f"kinefuse {kinefuse.__version__}")
        raise typer.Exit
    return wanted


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and stop.", callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Options before the command."""


def _register() -> None:
    for name, sentence in COMMANDS.items():
        if name in SUBCOMMANDS:
            app.add_typer(_group(name), name=name, short_help=sentence, help=sentence)
            continue
        function = _ELSEWHERE.get(name, name.replace("-", "_"))
        if find_spec(f"kinefuse.cli.{function}"):
            command = getattr(import_module(f"kinefuse.cli.{function}"), function)
            app.command(name, short_help=sentence)(guarded(command))


def _group(name: str) -> typer.Typer:
    group = typer.Typer(cls=OneSentence, no_args_is_help=True, rich_markup_mode=None)
    module = import_module(f"kinefuse.cli.{name}")
    for function, sentence in SUBCOMMANDS[name].items():
        group.command(function, short_help=sentence)(guarded(getattr(module, function)))

    @group.callback()
    def _named() -> None:
        """Keeps a group of one command a group."""

    return group


_register()

if __name__ == "__main__":
    main()
