"""From images on disk to batches: annotation, design by author, decoded pixels, DataLoaders; the practice set."""

try:
    import lazy_loader
except ImportError:  # where only styleclf.light is wanted, which imports the modules of images by their names
    pass
else:
    __getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
