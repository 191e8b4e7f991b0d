"""The look of every HTML page and plot we write; others fill them. Pages stand alone: nothing in them is fetched."""
