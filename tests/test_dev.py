"""dev.py: what it says, and when."""

import sys

import pytest

import dev


def test_an_installer_speaks_on_stderr_only_when_it_fails(
    capfd: pytest.CaptureFixture[str],
) -> None:
    script = "import sys; print('done'); print('a warning', file=sys.stderr); sys.exit({})"
    dev.call_quietly([sys.executable, "-c", script.format(0)])
    assert capfd.readouterr() == ("done\n", "")
    with pytest.raises(SystemExit, match="failed with status 3"):
        dev.call_quietly([sys.executable, "-c", script.format(3)])
    assert capfd.readouterr().err == "a warning\n"
