"""The cases of tests/frames/fit.json, which the browser's text is held to, are those of now."""

from tests.frames import make_fit


def test_SE5_the_cases_are_fresh() -> None:
    assert make_fit.PATH.read_text() == make_fit.written()
    assert len(make_fit.cases()) > 300
