"""The browser's generated types."""

from server import typescript


def test_UI1_the_browsers_types_are_fresh() -> None:
    """UI1: the committed types are those that the Python types give."""
    for name, text in typescript.files().items():
        assert (typescript.FOLDER / name).read_text(encoding="utf-8") == text, (
            f"{name}: run python -m server.typescript"
        )


def test_UI1_optional_tagged_and_shared_types() -> None:
    """UI1: a default makes a field optional, tags are literals, records stay records."""
    text = typescript.types()
    assert '  op: "stage.drive";\n  layers: Record<string, boolean | null>;' in text
    assert "  have?: Record<string, number>;" in text
    assert "  put: Shape[];" in text
    assert "  ops: AnyOp[];" in text
