"""A run as one page that people read: what was asked, the answer with its interval, and what is behind it.

run_tables.py   the tables and facts in a run's folder
styles.py       how each style fares, and the confusion matrix
pictures.py     the pictures behind its cells, and the surest mistakes
thumbnails.py   pictures as text that stands in a page
charts.py       reliability and learning curves as numbers for a template
beside.py       the audit of a design, and figures of other recipes
facts.py        the words: question, next steps, settings, versions, citation
comparison.py   several runs side by side
findings.py     tables that are not predictions; audit.py, forests.py, embeddings.py say what is in them
fold_words.py   how the folds were made, in words
kinds.py        which of these a folder holds
contact_sheet.py  pictures that were predicted, by what was answered
page.py         the page, written or shown in a notebook
pages.py        templates/ filled in
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
