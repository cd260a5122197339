"""The pictures of a report as texts, and reports of chosen measures."""

from dataclasses import replace
from xml.etree import ElementTree

from tests.evaluation.render.reports import bare_report
from textgan.evaluation.render.plots import PICTURES

SVG = "{http://www.w3.org/2000/svg}"
NAMED = {picture.name: picture for picture in PICTURES}


def texts(drawn):
    return ["".join(text.itertext()) for text in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


def svg(report, name):
    return NAMED[name].plot(report).svg


def caption(report, name):
    return NAMED[name].caption(report)


def with_measures(**found):
    return replace(bare_report(), real_m=100, held_out=100, measures=found)
