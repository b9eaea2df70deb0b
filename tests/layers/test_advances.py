"""The table of the font's widths is that of the font that browsers get."""

from pathlib import Path

import pytest

from layers import advances, make_advances

PACKAGE = Path(__file__).parents[2] / "static/node_modules/@fontsource/inter"


def test_the_table_is_what_the_font_says() -> None:
    if not PACKAGE.exists():
        pytest.skip("the browser's packages are not installed (python3 dev.py test does that)")
    assert Path(advances.__file__).read_text() == make_advances.written(PACKAGE)
