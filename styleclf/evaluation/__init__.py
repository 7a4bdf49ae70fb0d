"""Numbers that judge, as tables: metrics, intervals by author, comparison of runs, calibration. Without torch."""

try:
    import lazy_loader
except ImportError:  # where only styleclf.light is wanted, which imports the model of novelty by its module
    pass
else:
    __getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
