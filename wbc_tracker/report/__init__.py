"""One report model; renderers for the terminal and for JSON."""
