"""The look of every HTML page and plot; others fill them."""
