"""`gergo.__all__` is the public API, and the README's ten lines of it work."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import gergo

README = Path(__file__).parent.parent / "README.md"
CONTRACT = {"Catalogue", "Index", "Model", "evaluate", "finetune", "import_catalogue", "index", "inspect", "quickstart"}
CONTRACT |= {"check_translation", "explain", "gather", "localise", "terms", "translate"}


def test_all_is_the_surface() -> None:
    assert set(gergo.__all__) == CONTRACT
    assert dir(gergo) == sorted(gergo.__all__)
    for name in gergo.__all__:
        assert inspect.getdoc(getattr(gergo, name)), f"gergo.{name} says nothing about itself"
    with pytest.raises(ImportError, match="nonsense"):
        exec("from gergo import nonsense")


def test_importing_gergo_costs_nothing() -> None:
    program = "import sys; before = set(sys.modules); import gergo; print(*set(sys.modules) - before)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(ended.stdout.split())
    assert not loaded & {"torch", "transformers", "lancedb", "pyarrow", "numpy", "faiss", "PIL"}


def test_the_ten_lines_of_the_readme_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from gergo.demo import write_catalogue

    write_catalogue(tmp_path, products=90, views=1, size_px=96)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 1
    exec(compile(blocks[0], "README.md", "exec"), {})
    said = capsys.readouterr().out.splitlines()
    assert said[0] in {"ship", "dont_ship", "not_enough_data"}
    assert len(said) == 6, "a verdict and five results"
    assert (tmp_path / "report.html").stat().st_size > 1000
