"""Interactive views beside the HTML page: what they show (``collect``), and their files (``files``).

A view is opened from a figure that stands without it. Its data are JavaScript files that assign to one
variable, since a page on a disk may load scripts and nothing else; they are loaded when first asked for.
"""
