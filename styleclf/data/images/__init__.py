"""Files of images to pixels as a viewer would show them: formats, colours, masters, TIFF pages, the pixel cache."""
