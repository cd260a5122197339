import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from corpora.errors import InputError
from textgan import __version__
from textgan.evaluation.render.html import page, write
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.report import (
    Curves,
    Example,
    Lengths,
    Matches,
    Nearest,
    Report,
    ReportWarning,
    SampleSizes,
    Symbols,
    Transport,
)

HOSTILE = (
    "<script>alert(1)</script>",
    "[red] & \"double\" 'single'",
    "\x1b[31mred",
    "$x_1$ \\frac{1}{2}",
    "\u202eabc\ud800\uffff",
    "春眠不覺曉",
    "👩\u200d🚀",
    "_hidden",
)
VERDICT = "JSD-4 is 0.300 bits, 0.100 above the floor. 90.0% of the samples are distinct."
VOID = {"meta", "link", "img", "br", "hr", "input"}


def measure(samples, *, real=None, interval=None, name="jsd"):
    excess = None if real is None or samples is None else samples - real
    return Measure(
        samples=samples,
        real=real,
        at_real_size=samples,
        excess=excess,
        interval=interval,
        signature=f"{name}|m:100|T:8",
        real_signature=None if real is None else f"{name}-real|m:100|T:8",
    )


def bare_report():
    """Return a report with no held-out text and nothing optional."""
    return Report(
        evaluated="samples.txt",
        against="names",
        unit="char",
        length=8,
        vocabulary_size=16,
        seed=0,
        m=100,
        reference_size=2000,
        held_out=0,
        held_out_drawn=False,
        real_m=None,
        measures={"jsd1": measure(0.1), "jsd4": measure(0.4), "forward": measure(2.5)},
        warnings=(),
        repeated=("ab", 1),
        examples=(Example(symbols=("a", "b"), bits=(0.5, 4.5, 1.0)),),
        lengths=Lengths(samples=(0, 0.25, 0.75), real=(0, 0.5, 0.5)),
        symbols=Symbols(
            symbols=("a", "b", ""),
            samples=(0.3, 0.2, 0.5),
            real=(0.25, 0.25, 0.5),
            samples_at=((0.6, 0.0), (0.4, 0.0), (0.0, 1.0)),
            real_at=((0.5, 0.0), (0.5, 0.0), (0.0, 1.0)),
        ),
        matches=None,
    )


def full_report():
    """Return a report in which everything is filled in, hostile text wherever text may be."""
    baselines = {"3-gram model": 0.15, HOSTILE[0]: 0.5}
    measures = {
        f"jsd{n}": replace(
            measure(0.1 * n, real=0.05 * n, interval=(0.01, 0.2)), baselines=baselines
        )
        for n in range(1, 7)
    }
    measures |= {
        "forward": replace(measure(2.5, real=2.25, name="forward"), baselines=baselines),
        "reverse": replace(measure(3.0, real=2.5, name="reverse"), baselines=baselines),
        "text-jsd4": replace(measure(0.3), baselines=baselines),
        "recall2": replace(measure(0.3), baselines=baselines),
        "unique": replace(measure(0.9, real=0.95, interval=(-0.08, -0.02)), baselines=baselines),
        "copied": measure(0.3, real=0.05),
        "transport": measure(4.5, real=3.25),
        "bleu4": measure(None),
    }
    return replace(
        bare_report(),
        evaluated=HOSTILE[1],
        against=HOSTILE[2],
        measures=measures,
        held_out=100,
        held_out_drawn=True,
        real_m=100,
        warnings=(ReportWarning(name="copies", text=f"Many are copies: {HOSTILE[0]} & more."),),
        repeated=(HOSTILE[0], 7),
        examples=tuple(Example(symbols=tuple(line), bits=(2.0,) * len(line)) for line in HOSTILE),
        matches=Matches(guesses=(10, 100), samples=(0.01, 0.02), real=(0.02, 0.05)),
        sizes=SampleSizes(measure="jsd4", sizes=(10, 100), samples=(0.5, 0.4), real=(0.4, 0.2)),
        nearest=tuple(Nearest(sample=line, training=line[1:], edits=1) for line in HOSTILE),
        transport=Transport(moves=tuple((line, line[1:], 1) for line in HOSTILE)),
        curves=Curves(
            steps=(100, 200, 300),
            values={
                "jsd1": (0.4, 0.2, 0.1),
                "jsd4": (0.9, 0.6, 0.4),
                "jsd4_floor": (0.2, 0.2, 0.2),
                "wasserstein_train": (5.0, 3.0, 2.5),
                "wasserstein_held_out": (5.0, None, 2.0),
                "slope": (None, 1.0, 1.0),
            },
        ),
    )


class Reader(HTMLParser):
    """Checks that every element is closed in its order, and keeps what a test asks for."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *attribute) for attribute in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *attribute) for attribute in attrs]

    def handle_endtag(self, tag):
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    reader.text = re.sub(r"\s+", " ", "".join(reader.text))
    return reader


@pytest.fixture(scope="module")
def full():
    return page(full_report(), VERDICT)


def rows(html, number):
    """Return the cells of each row of a table."""
    table = html.split("<table")[number + 1].split("</table>")[0]
    table = re.sub(r'<small class="narrow">.*?</small>', "", table)  # the interval, for phones
    found = []
    for row in table.split("<tr")[1:]:
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append([re.sub(r"<[^>]+>", "", cell).strip() for cell in cells])
    return found


def test_the_verdict_comes_first_then_alarms(full):
    text = read(full).text
    assert text.index(VERDICT) < text.index("Many are copies") < text.index("Measures")
    assert text.index(VERDICT) < 200  # after the title and the names alone


@pytest.mark.parametrize("report", [full_report(), bare_report()], ids=["full", "bare"])
def test_a_page_is_whole_and_fetches_and_runs_nothing(report):
    html = page(report, VERDICT)
    found = read(html)
    assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & set(found.tags)
    for tag, name, value in found.attributes:
        assert not name.startswith("on"), (tag, name)
        if name in {"src", "href", "xlink:href", "action", "poster", "data"}:
            assert value.startswith(("data:image/png;base64,", "#")), (tag, name)
    assert "url(" not in html
    assert "@import" not in html
    assert "<script" not in html.lower()
    policy = dict.fromkeys(value for _, _, value in found.attributes if "default-src" in str(value))
    assert list(policy) == [
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    ]


@pytest.mark.parametrize("report", [full_report(), bare_report()], ids=["full", "bare"])
def test_headings_are_in_order_and_names_are_used_once(report):
    found = read(page(report, VERDICT))
    levels = [int(tag[1]) for tag in found.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    names = [(tag, value) for tag, name, value in found.attributes if name == "id"]
    assert len({value for _, value in names}) == len(names)
    assert ("html", "lang", "en") in found.attributes


def test_nothing_of_a_corpus_is_markup_or_acts(full):
    text = read(full).text
    for line in ("[red] & \"double\" 'single'", "␛[31mred", "\\u202eabc\\ud800", "$x_1$"):
        assert line in text
    assert "<b>" not in page(replace(full_report(), evaluated="<b>x"), VERDICT).split("<main>")[0]
    assert not {"\x1b", "\u202e", "\ud800", "\uffff"} & set(full)
    full.encode("utf-8")


def test_a_verdict_and_the_text_of_an_alarm_are_escaped_too():
    html = page(
        replace(bare_report(), warnings=(ReportWarning(name="<i>", text="<u>\x1b"),)),
        "<b>\u202e\nSecond.",
    )
    assert "&lt;b&gt;\\u202e</p>" in html
    assert '<p class="verdict">Second.</p>' in html
    assert "&lt;i&gt;</strong>&lt;u&gt;␛" in html


def test_the_same_report_gives_the_same_bytes(full):
    assert page(full_report(), VERDICT) == full


def test_the_main_measures_come_first_and_all_are_folded_under_them(full):
    names = [row[0].split(" ")[0:3] for row in rows(full, 0)]
    assert [" ".join(name) for name in names] == [
        "measure", "JSD of 4-grams", "forward likelihood bits", "reverse likelihood bits",
        "distinct lines share,", "copied from training",
    ]  # fmt: skip
    assert len(rows(full, 1)) == 1 + len(full_report().measures)
    assert f'<summary id="all-measures">All {len(full_report().measures)} measures' in full
    assert full.index("<details>") < full.index('id="all-measures"') < full.index("</details>")


def test_a_dozen_samples_and_a_picture_stand_before_every_table():
    examples = tuple(Example(symbols=(f"s{i}",), bits=(1.0,)) for i in range(40))
    html = page(replace(full_report(), examples=examples), VERDICT)
    head, _, rest = html.partition("<table")
    assert head.count("<li>") == 40
    open_part = re.sub(r"<details>.*?</details>", "", head, flags=re.DOTALL)
    assert open_part.count("<li>") == 12
    assert "<summary>28 more</summary>" in head
    assert head.count("<figure") == 1
    assert 'id="orders"' in head
    assert rest.count("<figure") == 9


def test_long_tables_are_folded():
    near = tuple(Nearest(sample=f"a{i}", training=f"b{i}", edits=1) for i in range(500))
    html = page(replace(full_report(), nearest=near), VERDICT)
    open_part = re.sub(r"<details>.*?</details>", "", html, flags=re.DOTALL)
    assert html.count('<td class="edits">') == 500
    assert open_part.count('<td class="edits">') == 12
    assert "488 more</summary>" in html


def test_a_table_that_is_wider_than_a_phone_says_that_it_scrolls(full):
    wide = full.split('aria-labelledby="baselines"')[0]
    assert wide.rindex('class="hint"') > wide.rindex("</section>")
    assert re.search(r"max-width: 48rem\) {\s*\.hint { display: block; }", full)
    assert "+0.0100 to +0.2000</small>" in full  # on a phone the interval is under the excess


def test_an_alarm_is_told_once():
    report = replace(
        full_report(), warnings=(ReportWarning(name="copies", text="Many are copies."),)
    )
    assert report.to_html().count("Many are copies.") == 1


def test_numbers_are_rounded_by_their_kind(full):
    found = {row[0]: row[1:] for row in rows(full, 1)}
    assert found["JSD of 4-grams bits, lower is better"] == [
        "0.4000", "0.2000", "+0.2000", "+0.0100 to +0.2000",
    ]  # fmt: skip
    assert found["distinct lines share, best as real text"] == [
        "90.0%", "95.0%", "−5.0 pp", "−8.0 to −2.0 pp",
    ]  # fmt: skip
    assert found["BLEU-4 best as real text"] == ["unknown", "unknown", "unknown", ""]


def test_without_real_text_its_columns_are_gone():
    html = page(bare_report(), VERDICT)
    assert rows(html, 0)[0] == ["measure", "samples"]
    assert "There is no held-out text" in html
    assert "None" not in read(html).text


def test_what_the_excess_is_of_stands_beside_what_was_asked():
    one = replace(measure(0.4, real=0.2), at_real_size=0.5, excess=0.3)
    report = replace(bare_report(), measures={"jsd4": one}, m=1000, real_m=50, held_out=50)
    head, row = rows(page(report, VERDICT), 0)
    assert head[1:4] == ["samples", "comparable", "real text"]
    assert row[1:5] == ["0.4000", "0.5000", "0.2000", "+0.3000"]


def test_baselines_stand_in_one_table_with_the_best_in_bold(full):
    head, samples, real, model, hostile = rows(full, 2)
    assert [cell.split(" bits")[0].split(" share")[0] for cell in head] == [
        "text", "JSD of 4-grams", "JSD of 6-grams", "forward likelihood", "reverse likelihood",
        "distinct lines",
    ]  # fmt: skip
    assert samples == ["samples", "0.4000", "0.6000", "2.500", "3.000", "90.0%"]
    assert real == ["real text", "0.2000", "0.3000", "2.250", "2.500", "95.0%"]
    assert model == ["3-gram model", "0.1500", "0.1500", "0.150", "0.150", "15.0%"]
    assert hostile[0] == "&lt;script&gt;alert(1)&lt;/script&gt;"
    best = re.findall(r'<td class="best">([^<]*)', full)
    # JSD and reverse: the lowest; forward and distinct: the nearest to real text
    assert sorted(best) == sorted(["0.1500", "0.1500", "2.500", "0.150", "90.0%"])


def test_real_text_of_fewer_lines_is_no_row_of_the_samples_lines():
    one = replace(measure(0.4, real=0.2), at_real_size=0.5, excess=0.3, baselines={"3-gram": 0.3})
    report = replace(bare_report(), measures={"jsd4": one}, m=1000, real_m=50, held_out=50)
    assert [row[:2] for row in rows(page(report, VERDICT), 1)[1:]] == [
        ["samples", "0.4000"], ["real text", ""], ["50 samples", "0.5000"],
        ["50 real", "0.2000"], ["3-gram", "0.3000"],
    ]  # fmt: skip


def test_symbols_are_shaded_by_their_bits_and_told_without_colour():
    # V = 16: a blind guess costs 4 bits, so that the shades are 1 bit apart
    example = Example(symbols=("a", "b", " ", "c"), bits=(0.9, 1.0, 3.9, 4.0, 2.5))
    html = page(replace(bare_report(), examples=(example,)), VERDICT)
    line = html.split('<ol class="lines"')[1].split("</ol>")[0]
    assert re.findall(r'<span class="(.*?)" title="(.*?)">(.*?)</span>', line) == [
        ("b0", "a 0.90 bits", "a"),
        ("b1", "b 1.00 bits", "b"),
        ("b3 space", "  3.90 bits", "␣"),
        ("b4", "c 4.00 bits", "c"),
        ("b2 space", "end of line 2.50 bits", "↵"),
    ]
    assert re.search(r"\.b4 \{[^}]*underline", html)
    assert "below 1.0 bits" in html
    assert "4.0 and more: no likelier than any symbol drawn blindly" in html


def test_what_is_drawn_as_one_is_shaded_as_one():
    example = Example(symbols=tuple("e\u0301👩\u200d🚀x"), bits=(1.0, 3.5, 1.0, 1.0, 2.0, 0.0))
    html = page(replace(bare_report(), examples=(example,)), VERDICT)
    line = html.split('<ol class="lines"')[1].split("</ol>")[0]
    assert re.findall(r'<span class="(.*?)" .*?>(.*?)</span>', line) == [
        ("b3", "e\u0301"), ("b2", "👩\u200d🚀"), ("b0", "x"),
    ]  # fmt: skip


def test_what_differs_from_the_nearest_line_is_marked():
    nearest = (Nearest(sample="cart", training="cat", edits=1),)
    html = page(replace(bare_report(), nearest=nearest), VERDICT)
    assert '<bdi class="line">ca<mark>r</mark>t</bdi>' in html
    assert '<bdi class="line">cat</bdi>' in html


def test_the_commonest_sample_is_told(full):
    assert "The commonest sample, 7 times: <script>alert(1)</script>" in read(full).text
    assert "No sample comes twice." in page(bare_report(), VERDICT)


def test_facts_say_what_met_what(full):
    text = read(full).text
    for fact in ("judged100 lines", "against2,000 lines", "seed0", "unitcharacters"):
        assert fact in text.replace(" judged", "judged").replace("> ", "")
    assert "100 lines, drawn from these" in text
    assert "100 lines, given" in page(replace(full_report(), held_out_drawn=False), VERDICT)


def test_every_picture_stands_in_a_figure_with_its_caption(full):
    found = read(full)
    assert found.tags.count("figure") == found.tags.count("figcaption") == 10
    assert found.tags.count("svg") == 10
    assert "At every order the samples lie above the floor; furthest at n = 6" in found.text
    assert "it should fall as quality rises" in found.text


def test_every_signature_can_be_opened(full):
    text = read(full).text
    for one in full_report().measures.values():
        assert one.signature in text
        assert one.real_signature is None or one.real_signature in text
    assert "details::details-content" in full  # opened for print
    assert f"textgan {__version__}" in text.rsplit("Every number", 1)[0][-20:]


def test_a_page_is_of_moderate_size_at_any_length():
    long = 512
    rows_at = tuple((1 / 24,) * long for _ in range(24))
    report = replace(
        full_report(),
        length=long,
        lengths=Lengths(samples=(1 / 513,) * 513, real=(1 / 513,) * 513),
        symbols=Symbols(
            symbols=tuple("abcdefghijklmnopqrstuvwx"),
            samples=(1 / 24,) * 24,
            real=(1 / 24,) * 24,
            samples_at=rows_at,
            real_at=rows_at,
        ),
        examples=(Example(symbols=("a",) * long, bits=(1.0,) * long),) * 5,
    )
    assert len(page(report, VERDICT).encode()) < 1_500_000


def test_a_page_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "report.html"
    write(bare_report(), VERDICT, path)
    assert path.read_text(encoding="utf-8") == page(bare_report(), VERDICT)
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(InputError, match="cannot write"):
        write(bare_report(), VERDICT, tmp_path / "absent" / "report.html")


def test_a_page_on_a_pipe_is_written_to_it(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    write(bare_report(), VERDICT, pipe)
    assert reader.communicate()[0].decode() == page(bare_report(), VERDICT)
    assert pipe.is_fifo()


def test_only_the_page_loads_its_libraries():
    check = (
        "import sys, textgan.evaluation.report.report, textgan.evaluation.metrics.registry\n"
        "assert not {'jinja2', 'matplotlib'} & set(sys.modules)\n"
        "import textgan.evaluation.render.html\n"
        "assert {'jinja2', 'matplotlib'} <= set(sys.modules)\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
