"""docs/settings.md is what the settings make."""

from pathlib import Path

from textgan.config.field import settings_of
from textgan.config.settings import Config
from textgan.config.settings_page import settings_page

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_holds_what_the_settings_make():
    assert PAGE.read_text(encoding="utf-8") == settings_page(), (
        "run: python -m textgan.config.settings_page > docs/settings.md"
    )


def test_every_setting_has_a_row_with_its_default_its_values_and_where_it_has_an_effect():
    rows = [line for line in settings_page().splitlines() if line.startswith("| `")]
    for name in settings_of(Config):
        assert any(line.startswith(f"| `{name}` |") for line in rows), name
    (row,) = (line for line in rows if line.startswith("| `fd_step` |"))
    assert "| `0.05` | number above 0 and at most 1,000,000 |" in row
    assert "| `penalty` is fd; `fd_points` is gradient |" in row
