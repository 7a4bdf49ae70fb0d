"""Folders and tables to an annotation: who painted each image, in which style, and how the names were read."""
