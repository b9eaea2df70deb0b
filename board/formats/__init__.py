"""Formats that boards are read from and written to: one module a format.

``read(bytes) -> (ops, losses)`` gives the operations that make everything of a file in an empty
board, in an order that ``decide`` accepts, and a line for each thing that could not be carried.
``write(board, ...)`` gives the bytes of a file. Every format bounds what it reads and takes it
for hostile.
"""


class FormatError(ValueError):
    """A file is not of its format. ``where`` names the place in it, ``message`` what is wrong."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.message = message
        self.where = where
