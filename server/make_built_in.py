"""Make the built-in paper's Board JSON, which is arranged, beside the paper.

    python -m server.make_built_in
"""

from pathlib import Path
from typing import Final

import board
from board.formats import json as board_json
from server import documents, seed

PAPER: Final = Path(board.__file__).parent / "papers" / f"{seed.BOARD}.md"


def written() -> bytes:
    """The document, as the paper says it now."""
    return board_json.write(documents.preview(documents.read(PAPER.read_bytes())))


def main() -> None:
    """Write it."""
    PAPER.with_suffix(".json").write_bytes(written())


if __name__ == "__main__":
    main()
