"""`textgan export` as a user meets it, and the commands that take what it makes."""

import pytest
from click.testing import CliRunner

from cli.main import textgan
from corpora.errors import InputError


def call(*arguments, **options):
    return CliRunner().invoke(textgan, [*map(str, arguments)], **options)


@pytest.fixture(scope="module")
def exported(trained, tmp_path_factory):
    to = tmp_path_factory.mktemp("exported") / "model"
    done = call("export", trained, "--to", to, "--no-onnx", "--licence", "mit")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{to}\n"
    return to


def test_the_lines_are_those_of_the_run(trained, exported):
    for options in (["-n", 30, "--seed", 2], ["-n", 3, "--seed", 2, "--json"], ["--seeds", "5,6"]):
        expected = call("sample", trained, *options)
        assert call("sample", exported, *options).stdout == expected.stdout
        assert expected.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sample", "{}", "--novel"], "has no training text: leave out --novel"),
        (["sample", "{}", "--checkpoint", "last"], "has one checkpoint: leave out --checkpoint"),
        (["evaluate", "{}"], "is an exported model, without a text"),
        (["train", "--resume", "{}"], "is an exported model, without a text"),
        (["compare", "{}", "{}"], "is an exported model, without a text"),
        (["export", "{}", "--to", "elsewhere"], "is an exported model, without a text"),
    ],
)
def test_what_needs_the_run_is_refused_in_one_line(exported, arguments, message):
    done = call(*(each.format(exported) for each in arguments))
    assert isinstance(done.exception, InputError)
    assert message in str(done.exception)
    assert "\n" not in str(done.exception)


def test_pairs_are_translated_by_their_export(pairs_run, tmp_path):
    to = tmp_path / "model"
    assert call("export", pairs_run, "--to", to, "--no-onnx").exit_code == 0
    expected = call("translate", "--run", pairs_run, input="anna bert\n")
    assert call("translate", "--run", to, input="anna bert\n").stdout == expected.stdout
    assert expected.stdout.count("\n") == 1


def test_a_folder_or_a_page_has_to_be_named(trained):
    done = call("export", trained)
    assert done.exit_code == 2
    assert "--to DIR, --page FILE, or both" in done.stderr


def test_a_page_is_made_alone_and_with_a_folder(trained, tmp_path):
    page, to = tmp_path / "page.html", tmp_path / "model"
    done = call("export", trained, "--page", page, "--licence", "mit")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{page}\n"
    alone = page.read_bytes()
    assert b"as stated by whoever made this model: mit." in alone
    options = ["--page", page, "--to", to, "--no-onnx", "--licence", "mit"]
    refused = call("export", trained, *options)
    assert "page.html exists; name another file, or add --force" in str(refused.exception)
    assert not to.exists()
    done = call("export", trained, *options, "--force")
    assert done.stdout == f"{to}\n{page}\n"
    assert page.read_bytes() == alone
    assert (to / "model.safetensors").exists()


def test_options_of_the_folder_do_not_go_with_a_page_alone(trained, tmp_path):
    done = call("export", trained, "--page", tmp_path / "page.html", "--no-onnx")
    assert done.exit_code == 2
    assert "are for the folder of --to: leave them out" in done.stderr
    done = call("export", trained, "--page", tmp_path / "missing" / "page.html")
    assert isinstance(done.exception, InputError)
    assert "no such folder" in str(done.exception)


def test_a_run_on_pairs_has_no_page(pairs_run, tmp_path):
    done = call("export", pairs_run, "--page", tmp_path / "page.html")
    assert isinstance(done.exception, InputError)
    assert "found a run on pairs" in str(done.exception)
    assert list(tmp_path.iterdir()) == []
