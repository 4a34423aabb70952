"""The program as it is, with one more instrument beside those it ships: for questionnaires of a thousand items."""

import sys
from pathlib import Path

from reflect_tui import cli, library

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    library.bundled_folder = lambda: folder
    sys.exit(cli.main(sys.argv[2:]))
