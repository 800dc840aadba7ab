"""The wheel built from the sdist, in an environment of its own, compiles the shipped slice without the checkout."""

import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.packaging


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", out, ROOT, cwd=out)  # the wheel is built from the sdist
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_code_grammar_and_specs_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"agentalign"}
    for needed in (
        "grammar/agentalign.lark",
        "specs/std/people.chain",
        "specs/agentalign/agentalign.chain",
        "py.typed",
    ):
        assert f"agentalign/{needed}" in names
    (sdist,) = wheel.parent.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        assert any(name.endswith("/tests/packaging/test_wheel.py") for name in archive.getnames())


def test_it_installs_and_compiles_away_from_the_checkout(wheel, tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "env", cwd=tmp_path)
    python = tmp_path / "env" / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", wheel, cwd=tmp_path)
    shipped = Path(
        run(python, "-c", "from agentalign.resources import specs_root; print(specs_root())", cwd=tmp_path).strip()
    )
    assert tmp_path in shipped.parents
    agentalign = tmp_path / "env" / "bin" / "agentalign"
    run(agentalign, "compile", shipped / "agentalign", "-o", "out", "-n", "300", cwd=tmp_path)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["size"]["written"] == 300
    assert manifest["attrition"]["dropped"] == {}
    run(agentalign, "verify", "out", cwd=tmp_path)
