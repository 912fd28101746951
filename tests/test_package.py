"""The package as its users meet it: light to import, whole in its wheel, and documented as it is."""

from __future__ import annotations

import argparse
import ast
import doctest
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import corpus_builder
from corpus_builder.cli.arguments import parser
from corpus_builder.problems import problem_kinds

ROOT = Path(__file__).parent.parent


def verbs() -> dict[str, argparse.ArgumentParser]:
    (actions,) = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(actions.choices)


def test_importing_the_package_takes_no_heavy_library_along() -> None:
    script = "import sys, corpus_builder; print([m for m in ('datasets', 'pyarrow', 'numpy', 'jsonschema', 'regex') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    for name in corpus_builder.__all__:
        assert getattr(corpus_builder, name) is not None
    with pytest.raises(AttributeError):
        corpus_builder.no_such_name  # noqa: B018 - the access is the test


def test_every_verb_is_in_the_readme_and_every_verb_of_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([a-z]+)", readme, re.MULTILINE)) - {"articles", "sentences", "tokens"}
    assert listed == set(verbs())


def test_every_option_has_help() -> None:
    for name, verb in verbs().items():
        for action in verb._actions:
            assert action.help, f"{name} {action.option_strings or action.dest}"


def test_every_problem_code_is_raised_somewhere_and_every_raised_code_is_registered() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "corpus_builder").rglob("*.py"))
    for code in problem_kinds():
        assert f'"{code}"' in source, f"{code} is registered and never raised"


def test_the_table_of_problems_is_the_registry() -> None:
    written = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    rows = [line for line in written.splitlines() if line.startswith("| `")]
    kinds = problem_kinds().values()
    assert rows == [f"| `{k.code}` | {k.level} | {k.meaning} | {k.advice} |" for k in kinds]


def test_documents_link_to_files_that_exist() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        if document.name == "dataset_card.md":
            continue
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_version_is_in_the_changelog() -> None:
    assert f"## {corpus_builder.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_module_bears_the_name_of_an_exported_function() -> None:
    functions = {
        name for name in corpus_builder.__all__ if callable(getattr(corpus_builder, name)) and name.islower()
    }
    modules = {path.stem for path in (ROOT / "corpus_builder").rglob("*.py")} | {
        path.name for path in (ROOT / "corpus_builder").iterdir() if path.is_dir()
    }
    assert not functions & modules


def test_locks_name_no_address() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text
    assert not list(ROOT.glob("uv.lock"))


def test_dangerous_calls_are_nowhere() -> None:
    for path in (ROOT / "corpus_builder").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [a.name for a in node.names] + [getattr(node, "module", "") or ""]
                assert not {"pickle", "marshal", "shelve"} & set(names), path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec"), path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_schemas_data_and_licences_and_is_small(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "py.typed",
        "schema/article.schema.json",
        "data/problems.tsv",
        "data/boilerplate.tsv",
        "data/init/corpus.toml",
    ):
        assert f"corpus_builder/{needed}" in names, needed
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests", "raw"))]
    assert wheel.stat().st_size < 12_000_000


def test_the_installed_wheel_lays_out_and_builds_a_corpus(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(site),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def run(*arguments: str, cwd: Path) -> str:
        command = [sys.executable, "-m", "corpus_builder", *arguments]
        return subprocess.run(
            command, cwd=cwd, env=environment, check=True, capture_output=True, text=True
        ).stdout

    where = subprocess.run(
        [sys.executable, "-c", "import corpus_builder; print(corpus_builder.__file__)"],
        cwd=tmp_path, env=environment, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert Path(where.strip()).is_relative_to(site)
    run("init", "corpus", cwd=tmp_path)
    run("build", cwd=tmp_path / "corpus")
    assert (tmp_path / "corpus" / "dataset" / "README.md").exists()


def test_the_readmes_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its snippets open the dataset that the corpus builds."""
    command = [
        sys.executable,
        "-m",
        "corpus_builder",
        "build",
        "--out",
        str(tmp_path / "dataset"),
        "--no-verify",
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    script = tmp_path / "run.py"
    script.write_text(
        "import doctest, datasets, sys\ndatasets.disable_progress_bars()\n"
        "sys.exit(doctest.testfile(sys.argv[1], module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE).failed)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script), str(ROOT / "README.md")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_packages_doctest_runs() -> None:
    assert doctest.testmod(corpus_builder).failed == 0


def test_the_projects_metadata_names_both_licences() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "Apache-2.0 AND CC-BY-SA-4.0"
    assert (ROOT / "LICENSE").exists()
