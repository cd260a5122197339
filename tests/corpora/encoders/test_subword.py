"""A symbol is a piece of a word, learnt from the lines."""

import hashlib
import io
import json

import pytest
import sentencepiece

from corpora import encoders
from corpora.encoders.subword import SubwordEncoder
from corpora.errors import InputError

TEXT = ["", "▁▅ blocks ▁", "漢字かな", *(f"the number {n} of many numbers" for n in range(60))]


FITTED = SubwordEncoder.fit([TEXT], 200, 512)


def test_pieces_are_longer_than_characters_and_fewer_than_asked():
    encoder = FITTED
    line = "the number 7 of many numbers"
    assert len(encoder.encode(line)) < len(line) * 2 / 3
    assert encoder.size <= 514


def test_more_characters_than_pieces_leaves_the_rare_unknown():
    many = "".join(map(chr, range(0x4E00, 0x4E00 + 300)))
    lines = [f"山水 山水 {character}" for character in many]
    encoder = SubwordEncoder.fit([lines], 32, 20)
    assert encoder.size <= 22
    assert encoder.decode(encoder.encode("山水 山水")) == "山水 山水"
    assert encoder.unknown in encoder.encode(many)


def test_pieces_do_not_depend_on_how_the_lines_are_blocked():
    by_one = SubwordEncoder.fit([[line] for line in TEXT], 32, 300)
    assert by_one.signature == SubwordEncoder.fit([TEXT], 32, 300).signature


def test_nothing_to_learn_pieces_from_is_one_clear_line():
    with pytest.raises(InputError, match="nothing to be learnt"):
        SubwordEncoder.fit([[""]], 32, 512)


@pytest.mark.parametrize("lines", [["a", "b"], ["a", "aa"], ["abc abd", "abd abc"], ["한", "국"]])
def test_two_lines_are_enough_to_learn_pieces_from(lines):
    encoder = SubwordEncoder.fit([lines], 32, 512)
    assert [encoder.decode(encoder.encode(line)) for line in lines] == lines


def test_an_edited_model_is_one_clear_line(tmp_path):
    FITTED.save(tmp_path)
    path = tmp_path / "encoder.model"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(InputError, match="edited"):
        encoders.load(tmp_path)


@pytest.mark.parametrize("fault", ["empty", "reserved"])
def test_a_model_of_another_kind_is_one_clear_line(fault, tmp_path):
    content = b""
    if fault == "reserved":  # a model with the ids that sentencepiece has by default
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(["Anna", "Bert"]), model_writer=model, vocab_size=20,
            hard_vocab_limit=False, minloglevel=3,
        )  # fmt: skip
        content = model.getvalue()
    FITTED.save(tmp_path)
    (tmp_path / "encoder.model").write_bytes(content)
    state = json.loads((tmp_path / "encoder.json").read_text())
    state["sha256"] = hashlib.sha256(content).hexdigest()
    (tmp_path / "encoder.json").write_text(json.dumps(state))
    with pytest.raises(InputError, match="no model"):
        encoders.load(tmp_path)
