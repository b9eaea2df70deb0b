"""The recorded traces are those that the code makes now."""

from tests.frames.record import PATH, encoded


def test_ST9_the_traces_for_the_browser_are_fresh() -> None:
    """Else: python -m tests.frames.record"""
    assert PATH.read_text() == encoded()
