"""The program as it is, with one more instrument beside those it ships: for questionnaires of a thousand items."""

import sys
from pathlib import Path

from reflect_tui.cli.main import main
from reflect_tui.model import library

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    library.bundled_folder = lambda: folder
    sys.exit(main(sys.argv[2:]))
