"""The atlas: one HTML file with a map of all images, to be opened offline and shared.

run.py         the map of a training
cross_validation.py  the map of a cross-validation, on which no model has met the painter that it judges
atlas_map.py   a map with all that is said of its images, on its way to a page or another program
points.py      where the images are on the map, at one or several epochs
collection.py  the columns of a collection, to be shown and filtered by
data.py        what the page knows about every image
sprite.py      all thumbnails in one picture
page.py        all of these and Plotly in one file
page.html      the page's elements and their style
page.js        what draws the map and answers a reader
"""
