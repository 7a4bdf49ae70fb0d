"""The practice set with two labels for some of its images."""


def with_two_labels(design):
    """The design with one of two schools as label, and 'early' beside it for every other painter."""
    authors = sorted(set(design["author"]))
    styles = sorted(set(design["label"]))
    early = set(authors[::2])
    labels = []
    for style, author in zip(design["label"], design["author"], strict=True):
        school = "north" if styles.index(style) % 2 else "south"
        labels.append(f"early|{school}" if author in early else school)
    return design.assign(label=labels)
