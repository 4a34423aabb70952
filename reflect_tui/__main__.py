"""Where the program starts: hands over to the command line."""

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    from reflect_tui.cli import main as run  # noqa: PLC0415 -- `python -m` and the script load no more than they run

    return run(sys.argv[1:])


if __name__ == "__main__":
    # `python -m` puts the folder one stands in first: a tomllib.py there would be run as part of the program.
    if not sys.flags.safe_path:
        del sys.path[0]
    sys.exit(main())
