"""Pictures that museums publish as IIIF, with their words and rights, as a folder and a table for a design.

addresses.py       which addresses are public, and connections to no others
politeness.py      at what pace a server is asked, and when no longer
downloads.py       answers of servers: limits, redirects, waiting, trying again
language.py        texts in several languages, and HTML, as plain text
image_service.py   what to ask of an image service for a picture of a certain size
statements.py      rights, and statements that forbid machine learning
presentation.py    manifests and collections of Presentation 2 and 3 as pictures and links
picture_addresses.py  addresses of pictures by themselves
tables.py          tables whose rows name pictures by their addresses
records.py         records in JSON as such rows
sources.py         addresses and files that a user names, read with all that they link to
columns.py         which metadata become which columns
choice.py          which pictures are taken, and why others are left out
folder.py          what is on disk: pictures, manifests, the journal by which a collection goes on
pictures.py        a picture loaded and checked
report.py          the tables, and what is said at the end
run.py             the whole way
"""

from styleclf.common import needs_package

with needs_package("requests", "collect", "collecting pictures"):
    import requests  # noqa: F401  (every module behind this door needs it)
