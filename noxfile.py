"""One word for each habit: `nox -s test`, `lint`, `types`, `docs`, `bench` and `fuzz`.

The sessions use the environment that nox runs in: `pip install -e '.[dev,docs]'` makes it, with the
versions that `pyproject.toml` pins. Nothing is downloaded.
"""

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "test", "docs"]


@nox.session
def test(session: nox.Session) -> None:
    """Run the fast tests, or what is named: `nox -s test -- -m slow tests/training`."""
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format; `nox -s lint -- fix` mends what can be mended."""
    if session.posargs == ["fix"]:
        session.run("ruff", "check", "--fix", ".")
        session.run("ruff", "format", ".")
    else:
        session.run("ruff", "check", ".")
        session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the three packages."""
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """Build `docs/` into `docs/_build`; a warning is an error."""
    session.run("python", "-m", "sphinx", "-q", "-W", "--keep-going", "docs", "docs/_build")


@nox.session
def bench(session: nox.Session) -> None:
    """Time steps, sampling, reading and starting; takes minutes and wants an idle machine."""
    session.run("python", "-m", "benchmarks.speed", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Run the fuzz targets; `nox -s fuzz -- reader --runs 100000` runs one, and more inputs."""
    session.run("python", "-m", "tests.fuzz.fuzzer", *session.posargs)
