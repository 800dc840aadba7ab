"""The golden-file helper itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from golden import compare


def test_equal_text_passes_and_other_text_fails(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.txt"
    with pytest.raises(pytest.fail.Exception, match="does not exist"):
        compare(path, "one\n", update=False)
    compare(path, "one\n", update=True)
    compare(path, "one\n", update=False)
    with pytest.raises(AssertionError, match="differs"):
        compare(path, "two\n", update=False)
    compare(path, "two\n", update=True)
    assert path.read_bytes() == b"two\n"
