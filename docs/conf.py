"""The handbooks as a site: `python3 dev.py docs` builds it into build/handbook, served at /handbook/."""

import re

import jieba
from sphinx.application import Sphinx
from sphinx.search.zh import SearchChinese

jieba.setLogLevel("WARNING")

project = html_title = "首席技师评聘平台使用手册"
language = "zh_CN"
extensions = ["myst_parser"]
include_patterns = [
    f"{name}.md"
    for name in ("index", "everybody", "enterprise", "city", "province", "by-hand", "terms", "rules", "tour")
]
templates_path = ["_templates"]

myst_heading_anchors = 3
myst_heading_slug_func = str.strip  # a rule is found under its id, to the letter
myst_url_schemes = {
    "http": None,
    "https": None,
    "rule": {"url": "rules.html#{{path}}", "title": "{{path}}", "classes": ["rule"]},
}

html_theme = "furo"
html_static_path = ["_static"]
html_favicon = "../core/web/static/favicon.svg"
html_css_files = ["handbook.css"]
html_js_files = [("translations-plain.js", {"priority": 300})]  # after doctools.js, before translations.js
html_use_index = html_copy_source = html_show_copyright = html_show_sphinx = False
html_permalinks = False

BREAK = re.compile(r"(?<=[一-鿿，。；：、）」”)])\n *(?=[一-鿿「“（]|\[(?!§))")


class Search(SearchChinese):
    """Splits what is typed by the words of the index (jieba's), longest first: browsers have no list."""

    language_name = "English"  # of the stemmer in the browser: Sphinx ships one, and asks for a Chinese one
    stopwords = SearchChinese.stopwords | {"什么", "如何", "怎么", "怎么办", "怎样", "为什么", "哪里", "以后"}
    js_splitter_code = """
var splitQuery = (query) => {
  const tables = [Search._index.terms, Search._index.titleterms];
  const known = (word) => stopwords.has(word) || tables.some((table) => Object.hasOwn(table, word));
  const words = [];
  for (const run of query.toLowerCase().split(/[^\\p{Letter}\\p{Number}_]+/u)) {
    for (let at = 0, end; at < run.length; at = end) {
      for (end = run.length; end > at + 1 && !known(run.slice(at, end)); ) end -= 1;
      if (end > at + 1) words.push(run.slice(at, end));
    }
  }
  return words;
};
"""


def without_breaks(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Join the lines of a paragraph: between Chinese characters a browser would show the break as a space."""
    source[0] = BREAK.sub("", source[0])


def setup(app: Sphinx) -> None:
    app.add_search_language(Search)
    app.connect("source-read", without_breaks)
