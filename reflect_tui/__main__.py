"""Where the program starts: hands over to the command line."""

import sys

from reflect_tui import __version__


def main() -> int:
    """Run the command line and return its exit code."""
    if sys.argv[1:] == ["--version"] and _told_version():
        return 0
    from reflect_tui.cli.main import main as run  # noqa: PLC0415 -- `python -m` and the script load no more than they run

    return run(sys.argv[1:])


def _told_version() -> bool:
    """Print the version with nothing loaded for it: scripts ask often; False leaves it, and what is wrong, to cli."""
    try:
        print(f"reflect-tui {__version__}", flush=True)  # noqa: T201 -- results go to stdout
    except (AttributeError, OSError):
        return False
    return sys.stdout is not None


if __name__ == "__main__":
    # `python -m` puts the folder one stands in first: a tomli.py there would be run as part of the program.
    if not sys.flags.safe_path:
        del sys.path[0]
    sys.exit(main())
