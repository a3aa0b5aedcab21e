"""What every page owes: whole elements, and nothing fetched from anywhere."""

import re
from html.parser import HTMLParser

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Checker(HTMLParser):
    """Every element that is opened is closed, in order."""

    def __init__(self, html):
        super().__init__()
        self.stack, self.tags, self.attributes = [], [], []
        self.feed(html)
        assert self.stack == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag


def text_of(html):
    body = re.sub(r"<(style|script).*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def assert_offline(html, links=()):
    """Nothing on the page is fetched; links may lead to these places only."""
    for tag, name, value in Checker(html).attributes:
        if name in ("src", "href", "srcset", "action"):
            inside = value.startswith(("data:image/svg+xml;base64,", "#"))
            assert inside or value in links, (tag, name, value)
    assert "@import" not in html
    assert "url(" not in html
    assert not re.search(r"\bfetch\(|XMLHttpRequest|import\(", html)
