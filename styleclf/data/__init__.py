"""From images on disk to batches: annotation, design by author, decoded pixels, DataLoaders; the practice set."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
