import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from corpora.errors import InputError
from tests.evaluation.render.reports import bare_report, full_report, graded, measure
from textgan import __version__
from textgan.evaluation.render.html import page, write
from textgan.evaluation.report.report import Example, Lengths, Nearest, ReportWarning, Symbols

VERDICT = "JSD-4 is 0.400 bits, 0.200 (0.010 to 0.200) above its floor (0.200)."
EXAMPLES = tuple(Example(symbols=(f"s{i}",), bits=(1.0,)) for i in range(32))
FULL = replace(full_report(), examples=full_report().examples + EXAMPLES)
VOID = {"meta", "link", "img", "br", "hr", "input"}


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
    return page(FULL)


@pytest.fixture(scope="module")
def bare():
    return page(bare_report())


@pytest.fixture(params=["full", "bare"])
def html(request):
    return request.getfixturevalue(request.param)


def rows(html, number):
    """Return the cells of each row of a table."""
    table = html.split("<table")[number + 1].split("</table>")[0]
    table = re.sub(r'<small class="narrow">.*?</small>', "", table)  # the interval, for phones
    found = []
    for row in table.split("<tr")[1:]:
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append([re.sub(r"<[^>]+>", "", cell).strip() for cell in cells])
    return found


def test_the_headline_comes_first_then_warnings_and_what_is_next():
    report = replace(graded(0.25, 3.0), warnings=FULL.warnings)
    text = read(page(report)).text
    parts = ("Fidelity between the 2-gram", "Diversity level with", "Originality level with")
    places = [text.index(part) for part in (*parts, "Memorization", "Next:", "Measures")]
    assert places == sorted(places)
    assert places[0] < 100  # after the title and the names alone


def test_without_a_headline_the_distance_comes_first(full):
    text = read(full).text
    places = [text.index(part) for part in ("Memorization", VERDICT, "Next:", "Measures")]
    assert places == sorted(places)
    assert "Fidelity" not in text


def test_a_page_is_whole_and_fetches_and_runs_nothing(html):
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


def test_headings_are_in_order_and_names_are_used_once(html):
    found = read(html)
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
    assert "<script>alert(1)" not in full
    assert not {"\x1b", "\u202e", "\ud800", "\uffff"} & set(full)
    full.encode("utf-8")


@pytest.mark.usefixtures("no_pictures")
def test_the_text_of_a_warning_is_escaped_too():
    html = page(replace(bare_report(), warnings=(ReportWarning(name="<i>", text="<u>\x1b"),)))
    assert "&lt;i&gt;</strong>&lt;u&gt;␛" in html


def test_the_same_report_gives_the_same_bytes(bare):
    assert page(bare_report()) == bare


def test_the_main_measures_come_first_and_all_are_folded_under_them(full):
    names = [row[0].split(" ")[0:3] for row in rows(full, 0)]
    assert [" ".join(name) for name in names] == [
        "measure", "JSD of 4-grams", "forward likelihood bits", "reverse likelihood bits",
        "distinct lines share,", "copied from training",
    ]  # fmt: skip
    assert len(rows(full, 1)) == 1 + len(full_report().measures)
    assert f'<summary id="all-measures">All {len(full_report().measures)} measures' in full
    start = full.index('id="all-measures"')
    assert full[:start].count("<details>") == full[:start].count("</details>") + 1


def test_a_dozen_samples_and_a_picture_stand_before_every_table(full):
    head, _, rest = full.partition("<table")
    assert head.count("<li>") == 40
    open_part = re.sub(r"<details>.*?</details>", "", head, flags=re.DOTALL)
    assert open_part.count("<li>") == 12
    assert "<summary>28 more</summary>" in head
    assert head.count("<figure") == 1
    assert 'id="orders"' in head
    assert rest.count("<figure") == 10


@pytest.mark.usefixtures("no_pictures")
def test_long_tables_are_folded():
    near = tuple(Nearest(sample=f"a{i}", training=f"b{i}", edits=1) for i in range(500))
    html = page(replace(full_report(), nearest=near))
    open_part = re.sub(r"<details>.*?</details>", "", html, flags=re.DOTALL)
    assert html.count('<td class="edits">') == 500
    assert open_part.count('<td class="edits">') == 12
    assert "488 more</summary>" in html


def test_a_table_that_is_wider_than_a_phone_says_that_it_scrolls(full):
    wide = full.split('aria-labelledby="baselines"')[0]
    assert wide.rindex('class="hint"') > wide.rindex("</section>")
    assert re.search(r"max-width: 48rem\) {\s*\.hint { display: block; }", full)
    assert "+0.0100 to +0.2000</small>" in full  # on a phone the interval is under the excess


def test_a_warning_is_shown_once(full):
    assert full.count("Memorization: ") == 1


def test_numbers_are_rounded_by_their_kind(full):
    found = {row[0]: row[1:] for row in rows(full, 1)}
    assert found["JSD of 4-grams bits, lower is better"] == [
        "0.4000", "0.2000", "+0.2000", "+0.0100 to +0.2000",
    ]  # fmt: skip
    assert found["distinct lines share, best as real text"] == [
        "90.0%", "95.0%", "−5.0 pp", "−8.0 to −2.0 pp",
    ]  # fmt: skip
    assert found["BLEU-4 best as real text"] == ["unknown", "unknown", "unknown", ""]


@pytest.mark.usefixtures("no_pictures")
def test_without_real_text_its_columns_are_gone():
    html = page(bare_report())
    assert rows(html, 0)[0] == ["measure", "samples"]
    assert "There is no held-out text" in html
    assert "None" not in read(html).text


@pytest.mark.usefixtures("no_pictures")
def test_what_the_excess_is_of_has_a_column():
    one = replace(measure(0.4, real=0.2), at_real_size=0.5, excess=0.3)
    report = replace(bare_report(), measures={"jsd4": one}, m=1000, real_m=50, held_out=50)
    head, row = rows(page(report), 0)
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
    best = re.findall(r'<td data-head="[^"]*" class="best">([^<]*)', full)
    # JSD and reverse: the lowest; forward and distinct: the nearest to real text
    assert sorted(best) == sorted(["0.1500", "0.1500", "2.500", "0.150", "90.0%"])


@pytest.mark.usefixtures("no_pictures")
def test_real_text_of_fewer_lines_is_no_row_of_the_samples_lines():
    one = replace(measure(0.4, real=0.2), at_real_size=0.5, excess=0.3, baselines={"3-gram": 0.3})
    report = replace(bare_report(), measures={"jsd4": one}, m=1000, real_m=50, held_out=50)
    assert [row[:2] for row in rows(page(report), 1)[1:]] == [
        ["samples", "0.4000"], ["real text", ""], ["50 samples", "0.5000"],
        ["50 real", "0.2000"], ["3-gram", "0.3000"],
    ]  # fmt: skip


@pytest.mark.usefixtures("no_pictures")
def test_symbols_are_shaded_by_their_bits_and_told_without_colour():
    # V = 16: a blind guess costs 4 bits, so that the shades are 1 bit apart
    example = Example(symbols=("a", "b", " ", "c"), bits=(0.9, 1.0, 3.9, 4.0, 2.5))
    html = page(replace(bare_report(), examples=(example,)))
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
    assert "4.0 and more: no likelier than a symbol drawn uniformly" in html


@pytest.mark.usefixtures("no_pictures")
def test_what_differs_from_the_nearest_line_is_marked():
    nearest = (Nearest(sample="cart", training="cat", edits=1),)
    html = page(replace(bare_report(), nearest=nearest))
    assert '<bdi class="line">ca<mark>r</mark>t</bdi>' in html
    assert '<bdi class="line">cat</bdi>' in html


def test_the_most_frequent_sample_is_shown(full, bare):
    assert "The most frequent sample, 7 times: <script>alert(1)</script>" in read(full).text
    assert "No sample occurs twice." in bare


@pytest.mark.usefixtures("no_pictures")
def test_facts_say_which_texts_were_compared(full):
    text = read(full).text
    for fact in ("samples100 lines", "reference2,000 lines", "seed0", "unitcharacters"):
        assert fact in text
    assert "held-out text100 lines, drawn from the reference" in text
    assert "drawn from the ref" not in page(replace(full_report(), held_out_drawn=False))


def test_every_picture_stands_in_a_figure_with_its_caption(full):
    found = read(full)
    assert found.tags.count("figure") == found.tags.count("figcaption") == 11
    assert found.tags.count("svg") == 11
    assert "At every order the samples are above the floor; furthest at n = 6" in found.text
    assert "it should fall as quality rises" in found.text


def test_every_signature_can_be_opened(full):
    text = read(full).text
    for one in full_report().measures.values():
        assert one.signature in text
        assert one.real_signature is None or one.real_signature in text
    assert "details::details-content" in full  # opened for print
    assert f"textgan {__version__}" in text.rsplit("The JSON report", 1)[0][-20:]


def test_a_page_is_of_moderate_size_at_any_length():
    long = 128
    rows_at = tuple((1 / 24,) * long for _ in range(24))
    report = replace(
        bare_report(),
        length=long,
        lengths=Lengths(samples=(1 / 129,) * 129, real=(1 / 129,) * 129),
        symbols=Symbols(
            symbols=tuple("abcdefghijklmnopqrstuvwx"),
            samples=(1 / 24,) * 24,
            real=(1 / 24,) * 24,
            samples_at=rows_at,
            real_at=rows_at,
        ),
        examples=(Example(symbols=("a",) * long, bits=(1.0,) * long),) * 5,
    )
    assert len(page(report).encode()) < 500_000


@pytest.mark.usefixtures("no_pictures")
def test_the_check_up_of_a_run_is_a_section_with_what_to_try():
    checks = [
        {"name": "critic slope", "text": "0.10 of <1>", "good": False},
        {"name": "collapse", "text": "98% distinct", "good": True},
        {"name": "generator weights", "text": "flat", "good": None},
    ]
    check_up = {"run": "r", "step": 1500, "checks": checks, "advice": ["raise the weight"]}
    html = page(bare_report(), check_up)
    text = read(html).text
    for said in (
        "at step 1,500.",
        "What to try: raise the weight",
        "critic slope look 0.10 of <1>",
        "collapse ok 98% distinct",
        "generator weights no rule flat",
    ):
        assert said in text
    assert "<details open>" in html[html.index("check-up") :]
    text = read(page(bare_report(), {**check_up, "advice": []})).text
    assert "No check asks for a change." in text
    assert "What to try" not in text
    assert "Check-up" not in read(page(bare_report())).text


@pytest.mark.usefixtures("no_pictures")
def test_a_page_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "report.html"
    write(bare_report(), path)
    assert path.read_text(encoding="utf-8") == page(bare_report())
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(InputError, match="cannot write"):
        write(bare_report(), tmp_path / "absent" / "report.html")


@pytest.mark.usefixtures("no_pictures")
def test_a_page_on_a_pipe_is_written_to_it(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    write(bare_report(), pipe)
    assert reader.communicate()[0].decode() == page(bare_report())
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
