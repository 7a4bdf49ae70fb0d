"""A page as its reader's program sees it: headings, tables, pictures, and every text."""

from html.parser import HTMLParser

from styleclf.report import write_report

VOID = {"meta", "img", "br", "link", "input"}


class Page(HTMLParser):
    """`tables[id]` are rows of texts; `headings` are `(level, text)`; `tags` are `(name, attributes)`."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.headings, self.tables, self.texts, self.open_tags = [], [], {}, [], []
        self.table = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag not in VOID:
            self.open_tags.append(tag)
        if tag == "table" and "id" in attributes:
            self.table = self.tables.setdefault(attributes["id"], [])
        if tag == "tr" and self.table is not None:
            self.table.append([])
        if tag in ("td", "th") and self.table is not None:
            self.table[-1].append("")
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append([int(tag[1]), ""])

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open_tags and self.open_tags[-1] == tag, f"</{tag}> closes {self.open_tags[-3:]}"
        self.open_tags.pop()
        if tag == "table":
            self.table = None

    def handle_data(self, data):
        self.texts.append(data)
        if self.table and self.table[-1] and {"td", "th"} & set(self.open_tags[-4:]):
            self.table[-1][-1] += data
        if self.headings and self.open_tags and self.open_tags[-1] == f"h{self.headings[-1][0]}":
            self.headings[-1][1] += data

    def rows(self, name):
        """The rows of a table with their spaces in order, but the heading."""
        return [[" ".join(cell.split()) for cell in row] for row in self.tables[name]][1:]

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def page_of(folder):
    """The page of a run, as its reader's program sees it."""
    return Page(write_report([folder]).read_text(encoding="utf-8"))


def values_of(page):
    """The numbers of its tables, in full."""
    return {float(attributes["value"]) for tag, attributes in page.tags if tag == "data"}


def shown(row, value="value", lo="lo", hi="hi"):
    """A value with its interval, as a cell has it."""
    return f"{row[value]:.2f} {row[lo]:.2f}–{row[hi]:.2f}"


def signed(row, value, lo, hi):
    """A difference with its interval, as a cell has it."""
    texts = [f"{row[column]:+.3f}".replace("-", "−") for column in (value, lo, hi)]
    return f"{texts[0]} {texts[1]} to {texts[2]}"
