"""Numbers that judge, as tables: metrics, intervals by author, comparison of runs, calibration. Without torch."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
